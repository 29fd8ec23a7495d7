import type { Child } from 'hono/jsx';
import { useEffect, useState } from 'hono/jsx/dom';
import { useStrings } from '../language.ts';

/** Says so while the browser knows of no network. */
export function ConnectionNote(): Child {
  const [isOnline, setOnline] = useState(navigator.onLine);
  const { common } = useStrings();
  useEffect(() => {
    const tell = () => setOnline(navigator.onLine);
    addEventListener('online', tell);
    addEventListener('offline', tell);
    return () => {
      removeEventListener('online', tell);
      removeEventListener('offline', tell);
    };
  }, []);
  return (
    <div class="connection" role="status">
      {!isOnline && <p class="note note-warning">{common.offline}</p>}
    </div>
  );
}
