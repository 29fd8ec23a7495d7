import type { Child } from 'hono/jsx';
import { useState } from 'hono/jsx/dom';
import { useStrings } from '../language.ts';
import { PictureIcon } from './icons.tsx';

/** A picture of an item in a square that keeps its shape while it loads, and when it can't be had. */
export function Picture({ url, alt }: { url: string | undefined; alt: string }): Child {
  const { search } = useStrings();
  const [state, setState] = useState<{ url: string | undefined; is: 'loading' | 'there' | 'gone' }>({
    url,
    is: 'loading',
  });
  const is = state.url === url ? state.is : 'loading';
  if (url === undefined || is === 'gone')
    return (
      <span
        class="picture picture-none"
        role="img"
        aria-label={alt ? `${alt}: ${search.noPicture}` : search.noPicture}
      >
        <PictureIcon />
      </span>
    );
  return (
    <span class={is === 'loading' ? 'picture skeleton' : 'picture'}>
      <img
        src={url}
        alt={alt}
        loading="lazy"
        decoding="async"
        onLoad={() => setState({ url, is: 'there' })}
        onError={() => setState({ url, is: 'gone' })}
      />
    </span>
  );
}
