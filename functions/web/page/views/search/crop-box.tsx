import type { Child } from 'hono/jsx';
import { useRef, useState } from 'hono/jsx/dom';
import { useStrings } from '../../language.ts';
import type { Crop } from '../../pictures/fit-picture.ts';

export interface CropBoxProps {
  readonly url: string;
  readonly crop: Crop | undefined;
  readonly onCrop: (crop: Crop, options?: { replace?: boolean }) => void;
}

/** Smaller ones are a click that slipped. */
const leastSide = 0.04;
const keyStep = 0.05;

/** The query picture, on which a part can be drawn with a pointer, and moved and sized with the arrow keys. */
export function CropBox({ url, crop, onCrop }: CropBoxProps): Child {
  const { search } = useStrings();
  const frame = useRef<HTMLDivElement>(null);
  const start = useRef<{ x: number; y: number } | null>(null);
  const [drawn, setDrawn] = useState<Crop | undefined>(undefined);
  const shown = drawn ?? crop;

  function at(event: PointerEvent): { x: number; y: number } {
    const { left, top, width, height } = frame.current!.getBoundingClientRect();
    return { x: within((event.clientX - left) / width), y: within((event.clientY - top) / height) };
  }

  function down(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    frame.current!.setPointerCapture(event.pointerId);
    start.current = at(event);
  }

  function move(event: PointerEvent): void {
    if (start.current) setDrawn(between(start.current, at(event)));
  }

  function up(event: PointerEvent): void {
    if (!start.current) return;
    const part = between(start.current, at(event));
    start.current = null;
    setDrawn(undefined);
    if (part.width >= leastSide && part.height >= leastSide) onCrop(part);
  }

  function key(event: KeyboardEvent): void {
    const [dx, dy] = arrows[event.key] ?? [0, 0];
    if (!crop || (dx === 0 && dy === 0)) return;
    event.preventDefault();
    // Each step of a key that is held is not a page of its own.
    onCrop(event.shiftKey ? resize(crop, dx, dy) : shift(crop, dx, dy), { replace: true });
  }

  return (
    <div
      class="crop"
      ref={frame}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={() => {
        start.current = null;
        setDrawn(undefined);
      }}
    >
      <img src={url} alt={search.picture} draggable={false} />
      {shown && (
        <button
          type="button"
          class="crop-part"
          aria-label={search.cropBox(...percents(shown))}
          style={{
            left: `${shown.x * 100}%`,
            top: `${shown.y * 100}%`,
            width: `${shown.width * 100}%`,
            height: `${shown.height * 100}%`,
          }}
          onKeyDown={key}
        />
      )}
    </div>
  );
}

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-keyStep, 0],
  ArrowRight: [keyStep, 0],
  ArrowUp: [0, -keyStep],
  ArrowDown: [0, keyStep],
};

const within = (share: number, most = 1): number => Math.min(most, Math.max(0, share));

function between(a: { x: number; y: number }, b: { x: number; y: number }): Crop {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  return { x, y, width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
}

const shift = (crop: Crop, dx: number, dy: number): Crop => ({
  ...crop,
  x: within(crop.x + dx, 1 - crop.width),
  y: within(crop.y + dy, 1 - crop.height),
});

const resize = (crop: Crop, dx: number, dy: number): Crop => ({
  ...crop,
  width: Math.max(2 * keyStep, within(crop.width + dx, 1 - crop.x)),
  height: Math.max(2 * keyStep, within(crop.height + dy, 1 - crop.y)),
});

function percents({ x, y, width, height }: Crop): [number, number, number, number] {
  const [left, top, wide, high] = [x, y, width, height].map((share) => Math.round(share * 100));
  return [left!, top!, wide!, high!];
}
