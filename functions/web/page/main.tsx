import { render } from 'hono/jsx/dom';
import { App } from './app.tsx';
import { keepFocus } from './components/keep-focus.ts';
import { keepDropsFromLeaving } from './components/use-files-from-anywhere.ts';
import { tellDocument } from './language.ts';

const root = document.getElementById('page');
if (!root) throw new Error('expected an element with the id page, found none');
tellDocument();
keepDropsFromLeaving();
keepFocus(root);
render(<App />, root);
