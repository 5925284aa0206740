interface House {
  x: number;
  width: number;
  height: number;
  awning: boolean;
}

/** A street front, drawn in blocks: x, width and height in the drawing's own units, 1600 wide and 320 high. */
const HOUSES: readonly House[] = [
  { x: 0, width: 150, height: 150, awning: true },
  { x: 156, width: 110, height: 210, awning: false },
  { x: 272, width: 170, height: 135, awning: true },
  { x: 448, width: 120, height: 185, awning: true },
  { x: 574, width: 150, height: 240, awning: false },
  { x: 730, width: 160, height: 140, awning: true },
  { x: 896, width: 120, height: 200, awning: false },
  { x: 1022, width: 170, height: 150, awning: true },
  { x: 1198, width: 120, height: 225, awning: false },
  { x: 1324, width: 140, height: 160, awning: true },
  { x: 1470, width: 130, height: 195, awning: true },
];

const FOOT = 320;
const SCALLOPS = 5;

/** Little shops along the foot of the page; decoration only. */
export function Scenery() {
  return (
    <div className="scenery">
      <svg viewBox="0 0 1600 320" preserveAspectRatio="xMidYMax slice" aria-hidden="true" focusable="false">
        {HOUSES.map((house) => (
          <g key={house.x}>
            <path
              className="scenery-wall"
              d={block(house.x, FOOT - house.height, house.width, house.height)}
            />
            <path className="scenery-window" d={house.awning ? shopWindow(house) : windows(house)} />
            {house.awning && <path className="scenery-stripe" d={awning(house, 0)} />}
            {house.awning && <path className="scenery-stripe scenery-pale" d={awning(house, 1)} />}
          </g>
        ))}
      </svg>
    </div>
  );
}

function block(x: number, y: number, width: number, height: number): string {
  return `M${x} ${y}h${width}v${height}h${-width}Z`;
}

function shopWindow({ x, width }: House): string {
  return block(x + 16, FOOT - 78, width - 32, 78);
}

function windows({ x, width, height }: House): string {
  const columns = Math.floor((width - 20) / 34);
  const places = Array.from({ length: columns * 3 }, (_, index) => [
    index % columns,
    Math.floor(index / columns),
  ]);
  return places
    .map(([column = 0, row = 0]) => block(x + 16 + column * 34, FOOT - height + 20 + row * 40, 20, 24))
    .join("");
}

/** Every second stripe of an awning, from the given one on; each ends in a half circle. */
function awning({ x, width }: House, from: number): string {
  const stripe = width / SCALLOPS;
  const round = stripe / 2;
  return Array.from({ length: SCALLOPS }, (_, index) => index)
    .filter((index) => index % 2 === from)
    .map((index) => `M${x + index * stripe} ${FOOT - 112}h${stripe}v26a${round} ${round} 0 0 1-${stripe} 0Z`)
    .join("");
}
