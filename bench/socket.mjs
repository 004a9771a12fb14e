// A WebSocket client (RFC 6455) that costs little, as it shares the cores with the program being measured. Text
// frames only, a mask of zero, one read buffer for all sockets.
import { randomBytes } from "node:crypto";
import { connect } from "node:net";

const shared = Buffer.allocUnsafe(256 * 1024);

function framed(text) {
  const length = Buffer.byteLength(text);
  const head = length < 126 ? 6 : 8;
  const out = Buffer.alloc(head + length);
  out[0] = 0x81;
  if (length < 126) out[1] = 0x80 | length;
  else (out[1] = 0x80 | 126), out.writeUInt16BE(length, 2);
  out.write(text, head, "latin1");
  return out;
}

export class Socket {
  /** Opens a socket. `heard(bytes, start, end)` gets each text; the bytes are valid only during the call. */
  static open(port, path, headers, heard) {
    const socket = new Socket();
    socket.heard = heard;
    socket.rest = undefined;
    socket.closed = false;
    socket.upgraded = false;
    return new Promise((resolve, reject) => {
      socket.opened = resolve;
      const onread = { buffer: shared, callback: (length, bytes) => (socket.#read(bytes, length), true) };
      socket.net = connect({ host: "127.0.0.1", port, noDelay: true, onread }, () => {
        const lines = Object.entries({
          Host: `127.0.0.1:${port}`,
          Upgrade: "websocket",
          Connection: "Upgrade",
          "Sec-WebSocket-Version": "13",
          "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
          ...headers,
        }).map(([name, value]) => `${name}: ${value}\r\n`);
        socket.net.write(`GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
      });
      socket.net.on("error", reject);
      socket.net.on("close", () => {
        socket.closed = true;
        reject(new Error("closed"));
      });
    });
  }

  say(text) {
    this.net.write(framed(text));
  }

  /** Stops reading, so that the network's buffers fill up. */
  stall() {
    this.net.pause();
  }

  resume() {
    this.net.resume();
  }

  end() {
    this.heard = () => {};
    this.net.destroy();
  }

  #read(fresh, length) {
    let bytes = fresh;
    let end = length;
    if (this.rest) {
      bytes = Buffer.concat([this.rest, fresh.subarray(0, length)]);
      end = bytes.length;
      this.rest = undefined;
    }
    let at = 0;
    if (!this.upgraded) {
      const head = bytes.subarray(0, end).indexOf("\r\n\r\n");
      if (head >= 0) {
        const status = bytes.latin1Slice(9, 12);
        if (status !== "101") return this.net.destroy(new Error(`the socket was not taken: ${bytes.latin1Slice(0, end)}`));
        this.upgraded = true;
        at = head + 4;
        this.opened(this);
      }
    }
    while (this.upgraded && end - at >= 2) {
      let size = bytes[at + 1];
      let from = at + 2;
      if (size === 126) {
        if (end - at < 4) break;
        size = bytes.readUInt16BE(at + 2);
        from = at + 4;
      } else if (size === 127) {
        if (end - at < 10) break;
        size = Number(bytes.readBigUInt64BE(at + 2));
        from = at + 10;
      }
      if (end - from < size) break;
      const kind = bytes[at] & 0x0f;
      if (kind === 1) this.heard(bytes, from, from + size);
      else if (kind === 8) this.closed = true;
      at = from + size;
    }
    if (at < end) this.rest = Buffer.from(bytes.subarray(at, end));
  }
}
