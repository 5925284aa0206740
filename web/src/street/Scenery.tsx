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
    <div className="scenery" aria-hidden="true">
      <svg viewBox="0 0 1600 320" preserveAspectRatio="xMidYMax slice" focusable="false">
        {HOUSES.map((house) => (
          <HouseFront key={house.x} house={house} />
        ))}
      </svg>
    </div>
  );
}

function HouseFront({ house }: { house: House }) {
  const { x, width, height, awning } = house;
  const top = FOOT - height;
  const scallop = width / SCALLOPS;
  const columns = Math.floor((width - 20) / 34);
  return (
    <g>
      <rect className="scenery-wall" x={x} y={top} width={width} height={height} rx="8" />
      {!awning &&
        Array.from({ length: columns * 3 }, (_, index) => {
          const wx = x + 16 + (index % columns) * 34;
          return (
            <rect
              className="scenery-window"
              key={`${wx} ${index}`}
              x={wx}
              y={top + 20 + Math.floor(index / columns) * 40}
              width="20"
              height="24"
              rx="4"
            />
          );
        })}
      {awning && (
        <rect className="scenery-window" x={x + 16} y={FOOT - 78} width={width - 32} height="78" rx="4" />
      )}
      {awning &&
        Array.from({ length: SCALLOPS }, (_, index) => (
          <path
            className={index % 2 === 0 ? "scenery-stripe" : "scenery-stripe scenery-pale"}
            key={x + index * scallop}
            d={`M${x + index * scallop} ${FOOT - 112}h${scallop}v26a${scallop / 2} ${scallop / 2} 0 0 1-${scallop} 0Z`}
          />
        ))}
    </g>
  );
}
