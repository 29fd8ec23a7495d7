import type { Child } from 'hono/jsx';
import { useStrings } from '../../language.ts';
import { navigate } from '../../router.ts';

/** Goes to an item whose id one knows: no one pages through a million. */
export function OpenItem(): Child {
  const { catalog } = useStrings();
  return (
    <form
      class="open-item"
      onSubmit={(event: Event) => {
        event.preventDefault();
        const form = event.target as HTMLFormElement;
        const id = new FormData(form).get('id');
        if (typeof id !== 'string' || id.trim() === '') return;
        form.reset();
        navigate({ view: 'catalog', rest: [id.trim()] });
      }}
    >
      <input
        type="text"
        name="id"
        aria-label={catalog.openId}
        placeholder={catalog.open}
        autocomplete="off"
        enterkeyhint="go"
        required
      />
      <button type="submit" class="button">
        {catalog.openGo}
      </button>
    </form>
  );
}
