import type { Wire } from "../../src/socket/client";
import type { ClientFrame } from "../../src/socket/protocol";

/** A socket whose other end is the test. */
export class FakeWire implements Wire {
  onopen: Wire["onopen"] = null;
  onmessage: Wire["onmessage"] = null;
  onclose: Wire["onclose"] = null;
  readonly sent: ClientFrame[] = [];
  closed = false;

  send(data: string): void {
    if (this.closed) throw new DOMException("closed", "InvalidStateError");
    this.sent.push(JSON.parse(data) as ClientFrame);
  }

  close(): void {
    this.closed = true;
  }

  open(): void {
    this.onopen?.call(this as unknown as WebSocket, new Event("open"));
  }

  hear(frame: unknown): void {
    const data = typeof frame === "string" ? frame : JSON.stringify(frame);
    this.onmessage?.call(this as unknown as WebSocket, new MessageEvent("message", { data }));
  }

  drop(): void {
    this.closed = true;
    this.onclose?.call(this as unknown as WebSocket, new CloseEvent("close"));
  }

  welcome(token = "t1"): void {
    this.open();
    this.hear({ type: "welcome", token, role: "consumer", shop: null });
  }
}

/** Dials fake wires, and keeps all of them. */
export class FakeExchange {
  readonly wires: FakeWire[] = [];

  readonly dial = (): FakeWire => {
    const wire = new FakeWire();
    this.wires.push(wire);
    return wire;
  };

  get wire(): FakeWire {
    const wire = this.wires.at(-1);
    if (!wire) throw new Error("nobody has dialled");
    return wire;
  }
}
