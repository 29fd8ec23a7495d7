import type { Child } from 'hono/jsx';
import { useStrings } from '../../language.ts';
import { navigate } from '../../router.ts';
import { targetOfCatalog } from './address.ts';

/** Goes to an item whose id one knows: no one pages through a million. */
export function OpenItem({ after }: { after: string | undefined }): Child {
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
        navigate(targetOfCatalog({ after, id: id.trim() }));
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
