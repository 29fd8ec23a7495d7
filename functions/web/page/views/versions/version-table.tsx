import type { Child } from 'hono/jsx';
import type { Version } from '../../api.ts';
import { formatAge, formatBytes, formatDate, formatNumber } from '../../format.ts';
import { useStrings } from '../../language.ts';

export interface VersionTableProps {
  readonly versions: readonly Version[] | undefined;
  readonly onRollback: (version: Version) => void;
}

const skeletons = 3;

export function VersionTable({ versions, onRollback }: VersionTableProps): Child {
  const { index: words } = useStrings();
  if (!versions)
    return (
      <div class="stack" aria-hidden="true">
        {Array.from({ length: skeletons }, () => (
          <span class="row-skeleton skeleton" />
        ))}
      </div>
    );
  const live = versions.find((version) => version.live);
  const isOlder = ({ builtAt }: Version) => live === undefined || builtAt < live.builtAt;
  return (
    <table class="table">
      <thead>
        <tr>
          <th scope="col">{words.version}</th>
          <th scope="col">{words.model}</th>
          <th scope="col" class="number">
            {words.items}
          </th>
          <th scope="col" class="number">
            {words.vectors}
          </th>
          <th scope="col" class="number">
            {words.bytes}
          </th>
          <th scope="col">{words.built}</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {versions.map((version) => (
          <tr key={version.version}>
            <th scope="row">
              <code>{version.version}</code>
            </th>
            <td data-label={words.model}>{version.model}</td>
            <td data-label={words.items} class="number">
              {formatNumber(version.items)}
            </td>
            <td data-label={words.vectors} class="number">
              {formatNumber(version.vectors)}
            </td>
            <td data-label={words.bytes} class="number">
              {formatBytes(version.bytes)}
            </td>
            <td data-label={words.built}>
              <time datetime={version.builtAt} title={formatDate(version.builtAt)}>
                {formatAge(version.builtAt)}
              </time>
            </td>
            <td class="table-action">
              {version.live ? (
                <span class="badge badge-good">{words.isLive}</span>
              ) : (
                <button
                  type="button"
                  class="button button-small"
                  aria-label={
                    isOlder(version)
                      ? words.rollbackLabel(version.version)
                      : words.goLiveLabel(version.version)
                  }
                  onClick={() => onRollback(version)}
                >
                  {isOlder(version) ? words.rollback : words.goLive}
                </button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
