import { createRequire as createRequireHere } from 'node:module';
const require = createRequireHere(import.meta.url);
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __require = /* @__PURE__ */ ((x) => typeof require !== "undefined" ? require : typeof Proxy !== "undefined" ? new Proxy(x, {
  get: (a, b) => (typeof require !== "undefined" ? require : a)[b]
}) : x)(function(x) {
  if (typeof require !== "undefined") return require.apply(this, arguments);
  throw Error('Dynamic require of "' + x + '" is not supported');
});
var __commonJS = (cb, mod) => function __require2() {
  try {
    return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports;
  } catch (e) {
    throw mod = 0, e;
  }
};
var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of __getOwnPropNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  }
  return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(
  // If the importer is in node compatibility mode or this is not an ESM
  // file that has been converted to a CommonJS file using a Babel-
  // compatible transform (i.e. "__esModule" has not been set), then set
  // "default" to the CommonJS "module.exports" for node compatibility.
  isNodeMode || !mod || !mod.__esModule ? __defProp(target, "default", { value: mod, enumerable: true }) : target,
  mod
));

// ../../../node_modules/events-universal/default.js
var require_default = __commonJS({
  "../../../node_modules/events-universal/default.js"(exports, module) {
    module.exports = __require("events");
  }
});

// ../../../node_modules/fast-fifo/fixed-size.js
var require_fixed_size = __commonJS({
  "../../../node_modules/fast-fifo/fixed-size.js"(exports, module) {
    module.exports = class FixedFIFO {
      constructor(hwm) {
        if (!(hwm > 0) || (hwm - 1 & hwm) !== 0) throw new Error("Max size for a FixedFIFO should be a power of two");
        this.buffer = new Array(hwm);
        this.mask = hwm - 1;
        this.top = 0;
        this.btm = 0;
        this.next = null;
      }
      clear() {
        this.top = this.btm = 0;
        this.next = null;
        this.buffer.fill(void 0);
      }
      push(data) {
        if (this.buffer[this.top] !== void 0) return false;
        this.buffer[this.top] = data;
        this.top = this.top + 1 & this.mask;
        return true;
      }
      shift() {
        const last = this.buffer[this.btm];
        if (last === void 0) return void 0;
        this.buffer[this.btm] = void 0;
        this.btm = this.btm + 1 & this.mask;
        return last;
      }
      peek() {
        return this.buffer[this.btm];
      }
      isEmpty() {
        return this.buffer[this.btm] === void 0;
      }
    };
  }
});

// ../../../node_modules/fast-fifo/index.js
var require_fast_fifo = __commonJS({
  "../../../node_modules/fast-fifo/index.js"(exports, module) {
    var FixedFIFO = require_fixed_size();
    module.exports = class FastFIFO {
      constructor(hwm) {
        this.hwm = hwm || 16;
        this.head = new FixedFIFO(this.hwm);
        this.tail = this.head;
        this.length = 0;
      }
      clear() {
        this.head = this.tail;
        this.head.clear();
        this.length = 0;
      }
      push(val) {
        this.length++;
        if (!this.head.push(val)) {
          const prev = this.head;
          this.head = prev.next = new FixedFIFO(2 * this.head.buffer.length);
          this.head.push(val);
        }
      }
      shift() {
        if (this.length !== 0) this.length--;
        const val = this.tail.shift();
        if (val === void 0 && this.tail.next) {
          const next = this.tail.next;
          this.tail.next = null;
          this.tail = next;
          return this.tail.shift();
        }
        return val;
      }
      peek() {
        const val = this.tail.peek();
        if (val === void 0 && this.tail.next) return this.tail.next.peek();
        return val;
      }
      isEmpty() {
        return this.length === 0;
      }
    };
  }
});

// ../../../node_modules/b4a/index.js
var require_b4a = __commonJS({
  "../../../node_modules/b4a/index.js"(exports, module) {
    function isBuffer(value) {
      return Buffer.isBuffer(value) || value instanceof Uint8Array;
    }
    function isEncoding(encoding) {
      return Buffer.isEncoding(encoding);
    }
    function alloc(size, fill2, encoding) {
      return Buffer.alloc(size, fill2, encoding);
    }
    function allocUnsafe(size) {
      return Buffer.allocUnsafe(size);
    }
    function allocUnsafeSlow(size) {
      return Buffer.allocUnsafeSlow(size);
    }
    function byteLength(string, encoding) {
      return Buffer.byteLength(string, encoding);
    }
    function compare(a, b) {
      return Buffer.compare(a, b);
    }
    function concat(buffers, totalLength) {
      return Buffer.concat(buffers, totalLength);
    }
    function copy(source, target, targetStart, start, end) {
      return toBuffer(source).copy(target, targetStart, start, end);
    }
    function equals(a, b) {
      return toBuffer(a).equals(b);
    }
    function fill(buffer, value, offset, end, encoding) {
      return toBuffer(buffer).fill(value, offset, end, encoding);
    }
    function from(value, encodingOrOffset, length) {
      return Buffer.from(value, encodingOrOffset, length);
    }
    function includes(buffer, value, byteOffset, encoding) {
      return toBuffer(buffer).includes(value, byteOffset, encoding);
    }
    function indexOf(buffer, value, byfeOffset, encoding) {
      return toBuffer(buffer).indexOf(value, byfeOffset, encoding);
    }
    function lastIndexOf(buffer, value, byteOffset, encoding) {
      return toBuffer(buffer).lastIndexOf(value, byteOffset, encoding);
    }
    function swap16(buffer) {
      return toBuffer(buffer).swap16();
    }
    function swap32(buffer) {
      return toBuffer(buffer).swap32();
    }
    function swap64(buffer) {
      return toBuffer(buffer).swap64();
    }
    function toBuffer(buffer) {
      if (Buffer.isBuffer(buffer)) return buffer;
      return Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    }
    function toString(buffer, encoding, start, end) {
      return toBuffer(buffer).toString(encoding, start, end);
    }
    function toHex(buffer, start, end) {
      return toBuffer(buffer).toString("hex", start, end);
    }
    function write2(buffer, string, offset, length, encoding) {
      return toBuffer(buffer).write(string, offset, length, encoding);
    }
    function readDoubleBE(buffer, offset) {
      return toBuffer(buffer).readDoubleBE(offset);
    }
    function readDoubleLE(buffer, offset) {
      return toBuffer(buffer).readDoubleLE(offset);
    }
    function readFloatBE(buffer, offset) {
      return toBuffer(buffer).readFloatBE(offset);
    }
    function readFloatLE(buffer, offset) {
      return toBuffer(buffer).readFloatLE(offset);
    }
    function readInt32BE(buffer, offset) {
      return toBuffer(buffer).readInt32BE(offset);
    }
    function readInt32LE(buffer, offset) {
      return toBuffer(buffer).readInt32LE(offset);
    }
    function readUInt32BE(buffer, offset) {
      return toBuffer(buffer).readUInt32BE(offset);
    }
    function readUInt32LE(buffer, offset) {
      return toBuffer(buffer).readUInt32LE(offset);
    }
    function writeDoubleBE(buffer, value, offset) {
      return toBuffer(buffer).writeDoubleBE(value, offset);
    }
    function writeDoubleLE(buffer, value, offset) {
      return toBuffer(buffer).writeDoubleLE(value, offset);
    }
    function writeFloatBE(buffer, value, offset) {
      return toBuffer(buffer).writeFloatBE(value, offset);
    }
    function writeFloatLE(buffer, value, offset) {
      return toBuffer(buffer).writeFloatLE(value, offset);
    }
    function writeInt32BE(buffer, value, offset) {
      return toBuffer(buffer).writeInt32BE(value, offset);
    }
    function writeInt32LE(buffer, value, offset) {
      return toBuffer(buffer).writeInt32LE(value, offset);
    }
    function writeUInt32BE(buffer, value, offset) {
      return toBuffer(buffer).writeUInt32BE(value, offset);
    }
    function writeUInt32LE(buffer, value, offset) {
      return toBuffer(buffer).writeUInt32LE(value, offset);
    }
    module.exports = {
      isBuffer,
      isEncoding,
      alloc,
      allocUnsafe,
      allocUnsafeSlow,
      byteLength,
      compare,
      concat,
      copy,
      equals,
      fill,
      from,
      includes,
      indexOf,
      lastIndexOf,
      swap16,
      swap32,
      swap64,
      toBuffer,
      toString,
      toHex,
      write: write2,
      readDoubleBE,
      readDoubleLE,
      readFloatBE,
      readFloatLE,
      readInt32BE,
      readInt32LE,
      readUInt32BE,
      readUInt32LE,
      writeDoubleBE,
      writeDoubleLE,
      writeFloatBE,
      writeFloatLE,
      writeInt32BE,
      writeInt32LE,
      writeUInt32BE,
      writeUInt32LE
    };
  }
});

// ../../../node_modules/text-decoder/lib/pass-through-decoder.js
var require_pass_through_decoder = __commonJS({
  "../../../node_modules/text-decoder/lib/pass-through-decoder.js"(exports, module) {
    var b4a = require_b4a();
    module.exports = class PassThroughDecoder {
      constructor(encoding) {
        this.encoding = encoding;
      }
      get remaining() {
        return 0;
      }
      decode(data) {
        return b4a.toString(data, this.encoding);
      }
      flush() {
        return "";
      }
    };
  }
});

// ../../../node_modules/text-decoder/lib/utf8-decoder.js
var require_utf8_decoder = __commonJS({
  "../../../node_modules/text-decoder/lib/utf8-decoder.js"(exports, module) {
    var b4a = require_b4a();
    module.exports = class UTF8Decoder {
      constructor() {
        this._reset();
      }
      get remaining() {
        return this.bytesSeen;
      }
      decode(data) {
        if (data.byteLength === 0) return "";
        if (this.bytesNeeded === 0 && trailingIncomplete(data, 0) === 0) {
          this.bytesSeen = trailingBytesSeen(data);
          return b4a.toString(data, "utf8");
        }
        let result = "";
        let start = 0;
        if (this.bytesNeeded > 0) {
          while (start < data.byteLength) {
            const byte = data[start];
            if (byte < this.lowerBoundary || byte > this.upperBoundary) {
              result += "\uFFFD";
              this._reset();
              break;
            }
            this.lowerBoundary = 128;
            this.upperBoundary = 191;
            this.codePoint = this.codePoint << 6 | byte & 63;
            this.bytesSeen++;
            start++;
            if (this.bytesSeen === this.bytesNeeded) {
              result += String.fromCodePoint(this.codePoint);
              this._reset();
              break;
            }
          }
          if (this.bytesNeeded > 0) return result;
        }
        const trailing = trailingIncomplete(data, start);
        const end = data.byteLength - trailing;
        if (end > start) result += b4a.toString(data, "utf8", start, end);
        for (let i = end; i < data.byteLength; i++) {
          const byte = data[i];
          if (this.bytesNeeded === 0) {
            if (byte <= 127) {
              this.bytesSeen = 0;
              result += String.fromCharCode(byte);
            } else if (byte >= 194 && byte <= 223) {
              this.bytesNeeded = 2;
              this.bytesSeen = 1;
              this.codePoint = byte & 31;
            } else if (byte >= 224 && byte <= 239) {
              if (byte === 224) this.lowerBoundary = 160;
              else if (byte === 237) this.upperBoundary = 159;
              this.bytesNeeded = 3;
              this.bytesSeen = 1;
              this.codePoint = byte & 15;
            } else if (byte >= 240 && byte <= 244) {
              if (byte === 240) this.lowerBoundary = 144;
              else if (byte === 244) this.upperBoundary = 143;
              this.bytesNeeded = 4;
              this.bytesSeen = 1;
              this.codePoint = byte & 7;
            } else {
              this.bytesSeen = 1;
              result += "\uFFFD";
            }
            continue;
          }
          if (byte < this.lowerBoundary || byte > this.upperBoundary) {
            result += "\uFFFD";
            i--;
            this._reset();
            continue;
          }
          this.lowerBoundary = 128;
          this.upperBoundary = 191;
          this.codePoint = this.codePoint << 6 | byte & 63;
          this.bytesSeen++;
          if (this.bytesSeen === this.bytesNeeded) {
            result += String.fromCodePoint(this.codePoint);
            this._reset();
          }
        }
        return result;
      }
      flush() {
        const result = this.bytesNeeded > 0 ? "\uFFFD" : "";
        this._reset();
        return result;
      }
      _reset() {
        this.codePoint = 0;
        this.bytesNeeded = 0;
        this.bytesSeen = 0;
        this.lowerBoundary = 128;
        this.upperBoundary = 191;
      }
    };
    function trailingIncomplete(data, start) {
      const len = data.byteLength;
      if (len <= start) return 0;
      const limit = Math.max(start, len - 4);
      let i = len - 1;
      while (i > limit && (data[i] & 192) === 128) i--;
      if (i < start) return 0;
      const byte = data[i];
      let needed;
      if (byte <= 127) return 0;
      if (byte >= 194 && byte <= 223) needed = 2;
      else if (byte >= 224 && byte <= 239) needed = 3;
      else if (byte >= 240 && byte <= 244) needed = 4;
      else return 0;
      const available = len - i;
      return available < needed ? available : 0;
    }
    function trailingBytesSeen(data) {
      const len = data.byteLength;
      if (len === 0) return 0;
      const last = data[len - 1];
      if (last <= 127) return 0;
      if ((last & 192) !== 128) return 1;
      const limit = Math.max(0, len - 4);
      let i = len - 2;
      while (i >= limit && (data[i] & 192) === 128) i--;
      if (i < 0) return 1;
      const first = data[i];
      let needed;
      if (first >= 194 && first <= 223) needed = 2;
      else if (first >= 224 && first <= 239) needed = 3;
      else if (first >= 240 && first <= 244) needed = 4;
      else return 1;
      if (len - i !== needed) return 1;
      if (needed >= 3) {
        const second = data[i + 1];
        if (first === 224 && second < 160) return 1;
        if (first === 237 && second > 159) return 1;
        if (first === 240 && second < 144) return 1;
        if (first === 244 && second > 143) return 1;
      }
      return 0;
    }
  }
});

// ../../../node_modules/text-decoder/index.js
var require_text_decoder = __commonJS({
  "../../../node_modules/text-decoder/index.js"(exports, module) {
    var PassThroughDecoder = require_pass_through_decoder();
    var UTF8Decoder = require_utf8_decoder();
    module.exports = class TextDecoder {
      constructor(encoding = "utf8") {
        this.encoding = normalizeEncoding(encoding);
        switch (this.encoding) {
          case "utf8":
            this.decoder = new UTF8Decoder();
            break;
          case "utf16le":
          case "base64":
            throw new Error("Unsupported encoding: " + this.encoding);
          default:
            this.decoder = new PassThroughDecoder(this.encoding);
        }
      }
      get remaining() {
        return this.decoder.remaining;
      }
      push(data) {
        if (typeof data === "string") return data;
        return this.decoder.decode(data);
      }
      // For Node.js compatibility
      write(data) {
        return this.push(data);
      }
      end(data) {
        let result = "";
        if (data) result = this.push(data);
        result += this.decoder.flush();
        return result;
      }
    };
    function normalizeEncoding(encoding) {
      encoding = encoding.toLowerCase();
      switch (encoding) {
        case "utf8":
        case "utf-8":
          return "utf8";
        case "ucs2":
        case "ucs-2":
        case "utf16le":
        case "utf-16le":
          return "utf16le";
        case "latin1":
        case "binary":
          return "latin1";
        case "base64":
        case "ascii":
        case "hex":
          return encoding;
        default:
          throw new Error("Unknown encoding: " + encoding);
      }
    }
  }
});

// ../../../node_modules/streamx/lib/errors.js
var require_errors = __commonJS({
  "../../../node_modules/streamx/lib/errors.js"(exports, module) {
    module.exports = class StreamError extends Error {
      constructor(msg, code, fn = StreamError) {
        super(msg);
        this.code = code;
        if (Error.captureStackTrace) {
          Error.captureStackTrace(this, fn);
        }
      }
      static isStreamDestroyed(err) {
        return err && err.code === "STREAM_DESTROYED";
      }
      static isPrematureClose(err) {
        return err && err.code === "PREMATURE_CLOSE";
      }
      static isAborted(err) {
        return err && err.code === "ABORTED";
      }
      static isBadArgument(err) {
        return err && err.code === "BAD_ARGUMENT";
      }
      get name() {
        return "StreamError";
      }
      static STREAM_DESTROYED() {
        return new StreamError("Stream was destroyed", "STREAM_DESTROYED", StreamError.STREAM_DESTROYED);
      }
      static PREMATURE_CLOSE(msg = "Premature close") {
        return new StreamError(msg, "PREMATURE_CLOSE", StreamError.PREMATURE_CLOSE);
      }
      static ABORTED() {
        return new StreamError("Stream aborted", "ABORTED", StreamError.ABORTED);
      }
      static BAD_ARGUMENT(msg = "Bad argument") {
        return new StreamError(msg, "BAD_ARGUMENT", StreamError.BAD_ARGUMENT);
      }
    };
  }
});

// ../../../node_modules/streamx/index.js
var require_streamx = __commonJS({
  "../../../node_modules/streamx/index.js"(exports, module) {
    var { EventEmitter } = require_default();
    var FIFO = require_fast_fifo();
    var TextDecoder2 = require_text_decoder();
    var StreamError = require_errors();
    var qmt = typeof queueMicrotask === "undefined" ? (fn) => global.process.nextTick(fn) : queueMicrotask;
    var MAX = (1 << 29) - 1;
    var OPENING = 1;
    var PREDESTROYING = 2;
    var DESTROYING = 4;
    var DESTROYED = 8;
    var NOT_OPENING = MAX ^ OPENING;
    var NOT_PREDESTROYING = MAX ^ PREDESTROYING;
    var READ_ACTIVE = 1 << 4;
    var READ_UPDATING = 2 << 4;
    var READ_PRIMARY = 4 << 4;
    var READ_QUEUED = 8 << 4;
    var READ_RESUMED = 16 << 4;
    var READ_PIPE_DRAINED = 32 << 4;
    var READ_ENDING = 64 << 4;
    var READ_EMIT_DATA = 128 << 4;
    var READ_EMIT_READABLE = 256 << 4;
    var READ_EMITTED_READABLE = 512 << 4;
    var READ_DONE = 1024 << 4;
    var READ_NEXT_TICK = 2048 << 4;
    var READ_NEEDS_PUSH = 4096 << 4;
    var READ_READ_AHEAD = 8192 << 4;
    var READ_FLOWING = READ_RESUMED | READ_PIPE_DRAINED;
    var READ_ACTIVE_AND_NEEDS_PUSH = READ_ACTIVE | READ_NEEDS_PUSH;
    var READ_PRIMARY_AND_ACTIVE = READ_PRIMARY | READ_ACTIVE;
    var READ_EMIT_READABLE_AND_QUEUED = READ_EMIT_READABLE | READ_QUEUED;
    var READ_RESUMED_READ_AHEAD = READ_RESUMED | READ_READ_AHEAD;
    var READ_NOT_ACTIVE = MAX ^ READ_ACTIVE;
    var READ_NON_PRIMARY = MAX ^ READ_PRIMARY;
    var READ_NON_PRIMARY_AND_PUSHED = MAX ^ (READ_PRIMARY | READ_NEEDS_PUSH);
    var READ_PUSHED = MAX ^ READ_NEEDS_PUSH;
    var READ_PAUSED = MAX ^ READ_RESUMED;
    var READ_NOT_QUEUED = MAX ^ (READ_QUEUED | READ_EMITTED_READABLE);
    var READ_NOT_ENDING = MAX ^ READ_ENDING;
    var READ_PIPE_NOT_DRAINED = MAX ^ READ_FLOWING;
    var READ_NOT_NEXT_TICK = MAX ^ READ_NEXT_TICK;
    var READ_NOT_UPDATING = MAX ^ READ_UPDATING;
    var READ_NO_READ_AHEAD = MAX ^ READ_READ_AHEAD;
    var READ_PAUSED_NO_READ_AHEAD = MAX ^ READ_RESUMED_READ_AHEAD;
    var WRITE_ACTIVE = 1 << 18;
    var WRITE_UPDATING = 2 << 18;
    var WRITE_PRIMARY = 4 << 18;
    var WRITE_QUEUED = 8 << 18;
    var WRITE_UNDRAINED = 16 << 18;
    var WRITE_DONE = 32 << 18;
    var WRITE_EMIT_DRAIN = 64 << 18;
    var WRITE_NEXT_TICK = 128 << 18;
    var WRITE_WRITING = 256 << 18;
    var WRITE_FINISHING = 512 << 18;
    var WRITE_CORKED = 1024 << 18;
    var WRITE_NOT_ACTIVE = MAX ^ (WRITE_ACTIVE | WRITE_WRITING);
    var WRITE_NON_PRIMARY = MAX ^ WRITE_PRIMARY;
    var WRITE_NOT_FINISHING = MAX ^ (WRITE_ACTIVE | WRITE_FINISHING);
    var WRITE_DRAINED = MAX ^ WRITE_UNDRAINED;
    var WRITE_NOT_QUEUED = MAX ^ WRITE_QUEUED;
    var WRITE_NOT_NEXT_TICK = MAX ^ WRITE_NEXT_TICK;
    var WRITE_NOT_UPDATING = MAX ^ WRITE_UPDATING;
    var WRITE_NOT_CORKED = MAX ^ WRITE_CORKED;
    var ACTIVE = READ_ACTIVE | WRITE_ACTIVE;
    var NOT_ACTIVE = MAX ^ ACTIVE;
    var DONE = READ_DONE | WRITE_DONE;
    var DESTROY_STATUS = DESTROYING | DESTROYED | PREDESTROYING;
    var OPEN_STATUS = DESTROY_STATUS | OPENING;
    var AUTO_DESTROY = DESTROY_STATUS | DONE;
    var NON_PRIMARY = WRITE_NON_PRIMARY & READ_NON_PRIMARY;
    var ACTIVE_OR_TICKING = WRITE_NEXT_TICK | READ_NEXT_TICK;
    var TICKING = ACTIVE_OR_TICKING & NOT_ACTIVE;
    var IS_OPENING = OPEN_STATUS | TICKING;
    var READ_PRIMARY_STATUS = OPEN_STATUS | READ_ENDING | READ_DONE;
    var READ_STATUS = OPEN_STATUS | READ_DONE | READ_QUEUED;
    var READ_ENDING_STATUS = OPEN_STATUS | READ_ENDING | READ_QUEUED;
    var READ_READABLE_STATUS = OPEN_STATUS | READ_EMIT_READABLE | READ_QUEUED | READ_EMITTED_READABLE;
    var SHOULD_NOT_READ = OPEN_STATUS | READ_ACTIVE | READ_ENDING | READ_DONE | READ_NEEDS_PUSH | READ_READ_AHEAD;
    var READ_BACKPRESSURE_STATUS = DESTROY_STATUS | READ_ENDING | READ_DONE;
    var READ_UPDATE_SYNC_STATUS = READ_UPDATING | OPEN_STATUS | READ_NEXT_TICK | READ_PRIMARY;
    var READ_NEXT_TICK_OR_OPENING = READ_NEXT_TICK | OPENING;
    var WRITE_PRIMARY_STATUS = OPEN_STATUS | WRITE_FINISHING | WRITE_DONE;
    var WRITE_QUEUED_AND_UNDRAINED = WRITE_QUEUED | WRITE_UNDRAINED;
    var WRITE_QUEUED_AND_ACTIVE = WRITE_QUEUED | WRITE_ACTIVE;
    var WRITE_DRAIN_STATUS = WRITE_QUEUED | WRITE_UNDRAINED | OPEN_STATUS | WRITE_ACTIVE;
    var WRITE_STATUS = OPEN_STATUS | WRITE_ACTIVE | WRITE_QUEUED | WRITE_CORKED;
    var WRITE_PRIMARY_AND_ACTIVE = WRITE_PRIMARY | WRITE_ACTIVE;
    var WRITE_ACTIVE_AND_WRITING = WRITE_ACTIVE | WRITE_WRITING;
    var WRITE_FINISHING_STATUS = OPEN_STATUS | WRITE_FINISHING | WRITE_QUEUED_AND_ACTIVE | WRITE_DONE;
    var WRITE_BACKPRESSURE_STATUS = WRITE_UNDRAINED | DESTROY_STATUS | WRITE_FINISHING | WRITE_DONE;
    var WRITE_UPDATE_SYNC_STATUS = WRITE_UPDATING | OPEN_STATUS | WRITE_NEXT_TICK | WRITE_PRIMARY;
    var WRITE_DROP_DATA = WRITE_FINISHING | WRITE_DONE | DESTROY_STATUS;
    var asyncIterator = Symbol.asyncIterator || /* @__PURE__ */ Symbol("asyncIterator");
    var WritableState = class {
      constructor(stream, { highWaterMark = 16384, map = null, mapWritable, byteLength, byteLengthWritable } = {}) {
        this.stream = stream;
        this.queue = new FIFO();
        this.highWaterMark = highWaterMark;
        this.buffered = 0;
        this.error = null;
        this.pipeline = null;
        this.drains = null;
        this.byteLength = byteLengthWritable || byteLength || defaultByteLength;
        this.map = mapWritable || map;
        this.afterWrite = afterWrite.bind(this);
        this.afterUpdateNextTick = updateWriteNT.bind(this);
      }
      get ending() {
        return (this.stream._duplexState & WRITE_FINISHING) !== 0;
      }
      get ended() {
        return (this.stream._duplexState & WRITE_DONE) !== 0;
      }
      push(data) {
        if ((this.stream._duplexState & WRITE_DROP_DATA) !== 0) return false;
        if (this.map !== null) data = this.map(data);
        this.buffered += this.byteLength(data);
        this.queue.push(data);
        if (this.buffered < this.highWaterMark) {
          this.stream._duplexState |= WRITE_QUEUED;
          return true;
        }
        this.stream._duplexState |= WRITE_QUEUED_AND_UNDRAINED;
        return false;
      }
      shift() {
        const data = this.queue.shift();
        this.buffered -= this.byteLength(data);
        if (this.buffered === 0) this.stream._duplexState &= WRITE_NOT_QUEUED;
        return data;
      }
      end(data) {
        if (typeof data === "function") {
          this.stream.once("finish", data);
        } else if (data !== void 0 && data !== null) {
          this.push(data);
        }
        this.stream._duplexState = (this.stream._duplexState | WRITE_FINISHING) & WRITE_NON_PRIMARY;
      }
      autoBatch(data, cb) {
        const buffer = [];
        const stream = this.stream;
        buffer.push(data);
        while ((stream._duplexState & WRITE_STATUS) === WRITE_QUEUED_AND_ACTIVE) {
          buffer.push(stream._writableState.shift());
        }
        if ((stream._duplexState & OPEN_STATUS) !== 0) return cb(null);
        stream._writev(buffer, cb);
      }
      update() {
        const stream = this.stream;
        stream._duplexState |= WRITE_UPDATING;
        do {
          while ((stream._duplexState & WRITE_STATUS) === WRITE_QUEUED) {
            const data = this.shift();
            stream._duplexState |= WRITE_ACTIVE_AND_WRITING;
            stream._write(data, this.afterWrite);
          }
          if ((stream._duplexState & WRITE_PRIMARY_AND_ACTIVE) === 0) this.updateNonPrimary();
        } while (this.continueUpdate() === true);
        stream._duplexState &= WRITE_NOT_UPDATING;
      }
      updateNonPrimary() {
        const stream = this.stream;
        if ((stream._duplexState & WRITE_FINISHING_STATUS) === WRITE_FINISHING) {
          stream._duplexState = stream._duplexState | WRITE_ACTIVE;
          stream._final(afterFinal.bind(this));
          return;
        }
        if ((stream._duplexState & DESTROY_STATUS) === DESTROYING) {
          if ((stream._duplexState & ACTIVE_OR_TICKING) === 0) {
            stream._duplexState |= ACTIVE;
            stream._destroy(afterDestroy.bind(this));
          }
          return;
        }
        if ((stream._duplexState & IS_OPENING) === OPENING) {
          stream._duplexState = (stream._duplexState | ACTIVE) & NOT_OPENING;
          stream._open(afterOpen.bind(this));
        }
      }
      continueUpdate() {
        if ((this.stream._duplexState & WRITE_NEXT_TICK) === 0) return false;
        this.stream._duplexState &= WRITE_NOT_NEXT_TICK;
        return true;
      }
      updateCallback() {
        if ((this.stream._duplexState & WRITE_UPDATE_SYNC_STATUS) === WRITE_PRIMARY) {
          this.update();
        } else {
          this.updateNextTick();
        }
      }
      updateNextTick() {
        if ((this.stream._duplexState & WRITE_NEXT_TICK) !== 0) return;
        this.stream._duplexState |= WRITE_NEXT_TICK;
        if ((this.stream._duplexState & WRITE_UPDATING) === 0) qmt(this.afterUpdateNextTick);
      }
    };
    var ReadableState = class {
      constructor(stream, { highWaterMark = 16384, map = null, mapReadable, byteLength, byteLengthReadable } = {}) {
        this.stream = stream;
        this.queue = new FIFO();
        this.highWaterMark = highWaterMark === 0 ? 1 : highWaterMark;
        this.buffered = 0;
        this.readAhead = highWaterMark > 0;
        this.error = null;
        this.pipeline = null;
        this.byteLength = byteLengthReadable || byteLength || defaultByteLength;
        this.map = mapReadable || map;
        this.pipeTo = null;
        this.afterRead = afterRead.bind(this);
        this.afterUpdateNextTick = updateReadNT.bind(this);
      }
      get ending() {
        return (this.stream._duplexState & READ_ENDING) !== 0;
      }
      get ended() {
        return (this.stream._duplexState & READ_DONE) !== 0;
      }
      pipe(pipeTo, cb) {
        if (this.pipeTo !== null) throw StreamError.BAD_ARGUMENT("Can only pipe to one destination");
        if (typeof cb !== "function") cb = null;
        this.stream._duplexState |= READ_PIPE_DRAINED;
        this.pipeTo = pipeTo;
        this.pipeline = new Pipeline(this.stream, pipeTo, cb);
        if (cb) this.stream.on("error", noop);
        if (isStreamx(pipeTo)) {
          pipeTo._writableState.pipeline = this.pipeline;
          if (cb) pipeTo.on("error", noop);
          pipeTo.on("finish", this.pipeline.finished.bind(this.pipeline));
        } else {
          const onerror = this.pipeline.done.bind(this.pipeline, pipeTo);
          const onclose = this.pipeline.done.bind(this.pipeline, pipeTo, null);
          pipeTo.on("error", onerror);
          pipeTo.on("close", onclose);
          pipeTo.on("finish", this.pipeline.finished.bind(this.pipeline));
        }
        pipeTo.on("drain", afterDrain.bind(this));
        this.stream.emit("piping", pipeTo);
        pipeTo.emit("pipe", this.stream);
      }
      push(data) {
        const stream = this.stream;
        if (data === null) {
          this.highWaterMark = 0;
          stream._duplexState = (stream._duplexState | READ_ENDING) & READ_NON_PRIMARY_AND_PUSHED;
          return false;
        }
        if (this.map !== null) {
          data = this.map(data);
          if (data === null) {
            stream._duplexState &= READ_PUSHED;
            return this.buffered < this.highWaterMark;
          }
        }
        this.buffered += this.byteLength(data);
        this.queue.push(data);
        stream._duplexState = (stream._duplexState | READ_QUEUED) & READ_PUSHED;
        return this.buffered < this.highWaterMark;
      }
      shift() {
        const data = this.queue.shift();
        this.buffered -= this.byteLength(data);
        if (this.buffered === 0) {
          this.stream._duplexState &= READ_NOT_QUEUED;
        }
        return data;
      }
      unshift(data) {
        const pending = [this.map !== null ? this.map(data) : data];
        while (this.buffered > 0) pending.push(this.shift());
        for (let i = 0; i < pending.length - 1; i++) {
          const data2 = pending[i];
          this.buffered += this.byteLength(data2);
          this.queue.push(data2);
        }
        this.push(pending[pending.length - 1]);
      }
      read() {
        const stream = this.stream;
        if ((stream._duplexState & READ_STATUS) === READ_QUEUED) {
          const data = this.shift();
          if (this.pipeTo !== null && this.pipeTo.write(data) === false) {
            stream._duplexState &= READ_PIPE_NOT_DRAINED;
          }
          if ((stream._duplexState & READ_EMIT_DATA) !== 0) {
            stream.emit("data", data);
          }
          return data;
        }
        if (this.readAhead === false) {
          stream._duplexState |= READ_READ_AHEAD;
          this.updateNextTick();
        }
        return null;
      }
      drain() {
        const stream = this.stream;
        while ((stream._duplexState & READ_STATUS) === READ_QUEUED && (stream._duplexState & READ_FLOWING) !== 0) {
          const data = this.shift();
          if (this.pipeTo !== null && this.pipeTo.write(data) === false) {
            stream._duplexState &= READ_PIPE_NOT_DRAINED;
          }
          if ((stream._duplexState & READ_EMIT_DATA) !== 0) {
            stream.emit("data", data);
          }
        }
      }
      update() {
        const stream = this.stream;
        stream._duplexState |= READ_UPDATING;
        do {
          this.drain();
          while (this.buffered < this.highWaterMark && (stream._duplexState & SHOULD_NOT_READ) === READ_READ_AHEAD) {
            stream._duplexState |= READ_ACTIVE_AND_NEEDS_PUSH;
            stream._read(this.afterRead);
            this.drain();
          }
          if ((stream._duplexState & READ_READABLE_STATUS) === READ_EMIT_READABLE_AND_QUEUED) {
            stream._duplexState |= READ_EMITTED_READABLE;
            stream.emit("readable");
          }
          if ((stream._duplexState & READ_PRIMARY_AND_ACTIVE) === 0) {
            this.updateNonPrimary();
          }
        } while (this.continueUpdate() === true);
        stream._duplexState &= READ_NOT_UPDATING;
      }
      updateNonPrimary() {
        const stream = this.stream;
        if ((stream._duplexState & READ_ENDING_STATUS) === READ_ENDING) {
          stream._duplexState = (stream._duplexState | READ_DONE) & READ_NOT_ENDING;
          stream.emit("end");
          if ((stream._duplexState & AUTO_DESTROY) === DONE) {
            stream._duplexState |= DESTROYING;
          }
          if (this.pipeTo !== null) {
            this.pipeTo.end();
          }
        }
        if ((stream._duplexState & DESTROY_STATUS) === DESTROYING) {
          if ((stream._duplexState & ACTIVE_OR_TICKING) === 0) {
            stream._duplexState |= ACTIVE;
            stream._destroy(afterDestroy.bind(this));
          }
          return;
        }
        if ((stream._duplexState & IS_OPENING) === OPENING) {
          stream._duplexState = (stream._duplexState | ACTIVE) & NOT_OPENING;
          stream._open(afterOpen.bind(this));
        }
      }
      continueUpdate() {
        if ((this.stream._duplexState & READ_NEXT_TICK) === 0) return false;
        this.stream._duplexState &= READ_NOT_NEXT_TICK;
        return true;
      }
      updateCallback() {
        if ((this.stream._duplexState & READ_UPDATE_SYNC_STATUS) === READ_PRIMARY) {
          this.update();
        } else {
          this.updateNextTick();
        }
      }
      updateNextTickIfOpen() {
        if ((this.stream._duplexState & READ_NEXT_TICK_OR_OPENING) !== 0) return;
        this.stream._duplexState |= READ_NEXT_TICK;
        if ((this.stream._duplexState & READ_UPDATING) === 0) qmt(this.afterUpdateNextTick);
      }
      updateNextTick() {
        if ((this.stream._duplexState & READ_NEXT_TICK) !== 0) return;
        this.stream._duplexState |= READ_NEXT_TICK;
        if ((this.stream._duplexState & READ_UPDATING) === 0) qmt(this.afterUpdateNextTick);
      }
    };
    var TransformState = class {
      constructor(stream) {
        this.data = null;
        this.afterTransform = afterTransform.bind(stream);
        this.afterFinal = null;
      }
    };
    var Pipeline = class {
      constructor(src, dst, cb) {
        this.from = src;
        this.to = dst;
        this.afterPipe = cb;
        this.error = null;
        this.pipeToFinished = false;
      }
      finished() {
        this.pipeToFinished = true;
      }
      done(stream, err) {
        if (err) this.error = err;
        if (stream === this.to) {
          this.to = null;
          if (this.from !== null) {
            if ((this.from._duplexState & READ_DONE) === 0 || !this.pipeToFinished) {
              this.from.destroy(this.error || StreamError.PREMATURE_CLOSE("Writable stream closed"));
            }
            return;
          }
        }
        if (stream === this.from) {
          this.from = null;
          if (this.to !== null) {
            if ((stream._duplexState & READ_DONE) === 0) {
              this.to.destroy(this.error || StreamError.PREMATURE_CLOSE("Readable stream closed"));
            }
            return;
          }
        }
        if (this.afterPipe !== null) this.afterPipe(this.error);
        this.to = this.from = this.afterPipe = null;
      }
    };
    function afterDrain() {
      this.stream._duplexState |= READ_PIPE_DRAINED;
      this.updateCallback();
    }
    function afterFinal(err) {
      const stream = this.stream;
      if (err) stream.destroy(err);
      if ((stream._duplexState & DESTROY_STATUS) === 0) {
        stream._duplexState |= WRITE_DONE;
        stream.emit("finish");
      }
      if ((stream._duplexState & AUTO_DESTROY) === DONE) {
        stream._duplexState |= DESTROYING;
      }
      stream._duplexState &= WRITE_NOT_FINISHING;
      if ((stream._duplexState & WRITE_UPDATING) === 0) {
        this.update();
      } else {
        this.updateNextTick();
      }
    }
    function afterDestroy(err) {
      const stream = this.stream;
      if (!err && !StreamError.isStreamDestroyed(this.error)) err = this.error;
      if (err) stream.emit("error", err);
      stream._duplexState |= DESTROYED;
      stream.emit("close");
      const rs = stream._readableState;
      const ws = stream._writableState;
      if (rs !== null && rs.pipeline !== null) {
        rs.pipeline.done(stream, err);
      }
      if (ws !== null) {
        while (ws.drains !== null && ws.drains.length > 0) {
          ws.drains.shift().resolve(false);
        }
        if (ws.pipeline !== null) {
          ws.pipeline.done(stream, err);
        }
      }
    }
    function afterWrite(err) {
      const stream = this.stream;
      if (err) stream.destroy(err);
      stream._duplexState &= WRITE_NOT_ACTIVE;
      if (this.drains !== null) tickDrains(this.drains);
      if ((stream._duplexState & WRITE_DRAIN_STATUS) === WRITE_UNDRAINED) {
        stream._duplexState &= WRITE_DRAINED;
        if ((stream._duplexState & WRITE_EMIT_DRAIN) === WRITE_EMIT_DRAIN) {
          stream.emit("drain");
        }
      }
      this.updateCallback();
    }
    function afterRead(err) {
      if (err) this.stream.destroy(err);
      this.stream._duplexState &= READ_NOT_ACTIVE;
      if (this.readAhead === false && (this.stream._duplexState & READ_RESUMED) === 0) {
        this.stream._duplexState &= READ_NO_READ_AHEAD;
      }
      this.updateCallback();
    }
    function updateReadNT() {
      if ((this.stream._duplexState & READ_UPDATING) === 0) {
        this.stream._duplexState &= READ_NOT_NEXT_TICK;
        this.update();
      }
    }
    function updateWriteNT() {
      if ((this.stream._duplexState & WRITE_UPDATING) === 0) {
        this.stream._duplexState &= WRITE_NOT_NEXT_TICK;
        this.update();
      }
    }
    function tickDrains(drains) {
      for (let i = 0; i < drains.length; i++) {
        if (--drains[i].writes === 0) {
          drains.shift().resolve(true);
          i--;
        }
      }
    }
    function afterOpen(err) {
      const stream = this.stream;
      if (err) stream.destroy(err);
      if ((stream._duplexState & DESTROYING) === 0) {
        if ((stream._duplexState & READ_PRIMARY_STATUS) === 0) {
          stream._duplexState |= READ_PRIMARY;
        }
        if ((stream._duplexState & WRITE_PRIMARY_STATUS) === 0) {
          stream._duplexState |= WRITE_PRIMARY;
        }
        stream.emit("open");
      }
      stream._duplexState &= NOT_ACTIVE;
      if (stream._writableState !== null) {
        stream._writableState.updateCallback();
      }
      if (stream._readableState !== null) {
        stream._readableState.updateCallback();
      }
    }
    function afterTransform(err, data) {
      if (data !== void 0 && data !== null) this.push(data);
      this._writableState.afterWrite(err);
    }
    function newListener(name) {
      if (this._readableState !== null) {
        if (name === "data") {
          this._duplexState |= READ_EMIT_DATA | READ_RESUMED_READ_AHEAD;
          this._readableState.updateNextTick();
        }
        if (name === "readable") {
          this._duplexState |= READ_EMIT_READABLE;
          this._readableState.updateNextTick();
        }
      }
      if (this._writableState !== null) {
        if (name === "drain") {
          this._duplexState |= WRITE_EMIT_DRAIN;
          this._writableState.updateNextTick();
        }
      }
    }
    var Stream = class extends EventEmitter {
      constructor(opts) {
        super();
        this._duplexState = 0;
        this._readableState = null;
        this._writableState = null;
        if (opts) {
          if (opts.open) this._open = opts.open;
          if (opts.destroy) this._destroy = opts.destroy;
          if (opts.predestroy) this._predestroy = opts.predestroy;
          if (opts.signal) opts.signal.addEventListener("abort", abort.bind(this));
        }
        this.on("newListener", newListener);
      }
      _open(cb) {
        cb(null);
      }
      _destroy(cb) {
        cb(null);
      }
      _predestroy() {
      }
      get readable() {
        return this._readableState !== null ? true : void 0;
      }
      get writable() {
        return this._writableState !== null ? true : void 0;
      }
      get destroyed() {
        return (this._duplexState & DESTROYED) !== 0;
      }
      get destroying() {
        return (this._duplexState & DESTROY_STATUS) !== 0;
      }
      destroy(err) {
        if ((this._duplexState & DESTROY_STATUS) === 0) {
          if (!err) err = StreamError.STREAM_DESTROYED();
          this._duplexState = (this._duplexState | DESTROYING) & NON_PRIMARY;
          if (this._readableState !== null) {
            this._readableState.highWaterMark = 0;
            this._readableState.error = err;
          }
          if (this._writableState !== null) {
            this._writableState.highWaterMark = 0;
            this._writableState.error = err;
          }
          this._duplexState |= PREDESTROYING;
          this._predestroy();
          this._duplexState &= NOT_PREDESTROYING;
          if (this._readableState !== null) {
            this._readableState.updateNextTick();
          }
          if (this._writableState !== null) {
            this._writableState.updateNextTick();
          }
        }
      }
    };
    var Readable2 = class _Readable extends Stream {
      constructor(opts) {
        super(opts);
        this._duplexState |= OPENING | WRITE_DONE | READ_READ_AHEAD;
        this._readableState = new ReadableState(this, opts);
        if (opts) {
          if (this._readableState.readAhead === false) this._duplexState &= READ_NO_READ_AHEAD;
          if (opts.read) this._read = opts.read;
          if (opts.eagerOpen) this._readableState.updateNextTick();
          if (opts.encoding) this.setEncoding(opts.encoding);
        }
      }
      static deferred(fn, opts) {
        const out = new PassThrough(opts);
        fn().then((src) => {
          if (src === null) return out.end();
          if (out.destroying) return;
          pipeline2(src, out, noop);
        }).catch((err) => out.destroy(err));
        return out;
      }
      setEncoding(encoding) {
        const dec = new TextDecoder2(encoding);
        const map = this._readableState.map || echo;
        this._readableState.map = mapOrSkip;
        return this;
        function mapOrSkip(data) {
          const next = dec.push(data);
          return next === "" && (data.byteLength !== 0 || dec.remaining > 0) ? null : map(next);
        }
      }
      _read(cb) {
        cb(null);
      }
      pipe(dest, cb) {
        this._readableState.updateNextTick();
        this._readableState.pipe(dest, cb);
        return dest;
      }
      read() {
        this._readableState.updateNextTick();
        return this._readableState.read();
      }
      push(data) {
        this._readableState.updateNextTickIfOpen();
        return this._readableState.push(data);
      }
      unshift(data) {
        this._readableState.updateNextTickIfOpen();
        return this._readableState.unshift(data);
      }
      resume() {
        this._duplexState |= READ_RESUMED_READ_AHEAD;
        this._readableState.updateNextTick();
        return this;
      }
      pause() {
        this._duplexState &= this._readableState.readAhead === false ? READ_PAUSED_NO_READ_AHEAD : READ_PAUSED;
        return this;
      }
      static _fromAsyncIterator(ite, opts) {
        let destroy;
        const rs = new _Readable({
          ...opts,
          read(cb) {
            ite.next().then(push).then(cb.bind(null, null)).catch(cb);
          },
          predestroy() {
            destroy = ite.return();
          },
          destroy(cb) {
            if (!destroy) return cb(null);
            destroy.then(cb.bind(null, null)).catch(cb);
          }
        });
        return rs;
        function push(data) {
          if (data.done) rs.push(null);
          else rs.push(data.value);
        }
      }
      static from(data, opts) {
        if (isReadStreamx(data)) return data;
        if (data[asyncIterator]) return this._fromAsyncIterator(data[asyncIterator](), opts);
        if (!Array.isArray(data)) data = data === void 0 ? [] : [data];
        let i = 0;
        return new _Readable({
          ...opts,
          read(cb) {
            this.push(i === data.length ? null : data[i++]);
            cb(null);
          }
        });
      }
      static isBackpressured(rs) {
        return (rs._duplexState & READ_BACKPRESSURE_STATUS) !== 0 || rs._readableState.buffered >= rs._readableState.highWaterMark;
      }
      static isPaused(rs) {
        return (rs._duplexState & READ_RESUMED) === 0;
      }
      [asyncIterator]() {
        const stream = this;
        let error = null;
        let promiseResolve = null;
        let promiseReject = null;
        this.on("error", (err) => {
          error = err;
        });
        this.on("readable", onreadable);
        this.on("close", onclose);
        return {
          [asyncIterator]() {
            return this;
          },
          next() {
            return new Promise(function(resolve, reject) {
              promiseResolve = resolve;
              promiseReject = reject;
              const data = stream.read();
              if (data !== null) ondata(data);
              else if ((stream._duplexState & DESTROYED) !== 0) ondata(null);
            });
          },
          return() {
            return destroy(null);
          },
          throw(err) {
            return destroy(err);
          }
        };
        function onreadable() {
          if (promiseResolve !== null) ondata(stream.read());
        }
        function onclose() {
          if (promiseResolve !== null) ondata(null);
        }
        function ondata(data) {
          if (promiseReject === null) return;
          if (error) {
            promiseReject(error);
          } else if (data === null && (stream._duplexState & READ_DONE) === 0) {
            promiseReject(StreamError.STREAM_DESTROYED());
          } else {
            promiseResolve({ value: data, done: data === null });
          }
          promiseReject = promiseResolve = null;
        }
        function destroy(err) {
          stream.destroy(err);
          return new Promise((resolve, reject) => {
            if (stream._duplexState & DESTROYED) return resolve({ value: void 0, done: true });
            stream.once("close", function() {
              if (err) reject(err);
              else resolve({ value: void 0, done: true });
            });
          });
        }
      }
    };
    var Writable = class extends Stream {
      constructor(opts) {
        super(opts);
        this._duplexState |= OPENING | READ_DONE;
        this._writableState = new WritableState(this, opts);
        if (opts) {
          if (opts.writev) this._writev = opts.writev;
          if (opts.write) this._write = opts.write;
          if (opts.final) this._final = opts.final;
          if (opts.eagerOpen) this._writableState.updateNextTick();
        }
      }
      cork() {
        this._duplexState |= WRITE_CORKED;
      }
      uncork() {
        this._duplexState &= WRITE_NOT_CORKED;
        this._writableState.updateNextTick();
      }
      _writev(batch, cb) {
        cb(null);
      }
      _write(data, cb) {
        this._writableState.autoBatch(data, cb);
      }
      _final(cb) {
        cb(null);
      }
      static isBackpressured(ws) {
        return (ws._duplexState & WRITE_BACKPRESSURE_STATUS) !== 0;
      }
      static drained(ws) {
        if (ws.destroyed) return Promise.resolve(false);
        const state = ws._writableState;
        const pending = isWritev(ws) ? Math.min(1, state.queue.length) : state.queue.length;
        const writes = pending + (ws._duplexState & WRITE_WRITING ? 1 : 0);
        if (writes === 0) return Promise.resolve(true);
        if (state.drains === null) state.drains = [];
        return new Promise((resolve) => {
          state.drains.push({ writes, resolve });
        });
      }
      write(data) {
        this._writableState.updateNextTick();
        return this._writableState.push(data);
      }
      end(data) {
        this._writableState.updateNextTick();
        this._writableState.end(data);
        return this;
      }
    };
    var Duplex = class extends Readable2 {
      // and Writable
      constructor(opts) {
        super(opts);
        this._duplexState = OPENING | this._duplexState & READ_READ_AHEAD;
        this._writableState = new WritableState(this, opts);
        if (opts) {
          if (opts.writev) this._writev = opts.writev;
          if (opts.write) this._write = opts.write;
          if (opts.final) this._final = opts.final;
        }
      }
      cork() {
        this._duplexState |= WRITE_CORKED;
      }
      uncork() {
        this._duplexState &= WRITE_NOT_CORKED;
        this._writableState.updateNextTick();
      }
      _writev(batch, cb) {
        cb(null);
      }
      _write(data, cb) {
        this._writableState.autoBatch(data, cb);
      }
      _final(cb) {
        cb(null);
      }
      write(data) {
        this._writableState.updateNextTick();
        return this._writableState.push(data);
      }
      end(data) {
        this._writableState.updateNextTick();
        this._writableState.end(data);
        return this;
      }
    };
    var Transform = class extends Duplex {
      constructor(opts) {
        super(opts);
        this._transformState = new TransformState(this);
        if (opts) {
          if (opts.transform) this._transform = opts.transform;
          if (opts.flush) this._flush = opts.flush;
        }
      }
      _write(data, cb) {
        if (this._readableState.buffered >= this._readableState.highWaterMark) {
          this._transformState.data = data;
        } else {
          this._transform(data, this._transformState.afterTransform);
        }
      }
      _read(cb) {
        if (this._transformState.data !== null) {
          const data = this._transformState.data;
          this._transformState.data = null;
          cb(null);
          this._transform(data, this._transformState.afterTransform);
        } else {
          cb(null);
        }
      }
      destroy(err) {
        super.destroy(err);
        if (this._transformState.data !== null) {
          this._transformState.data = null;
          this._transformState.afterTransform();
        }
      }
      _transform(data, cb) {
        cb(null, data);
      }
      _flush(cb) {
        cb(null);
      }
      _final(cb) {
        this._transformState.afterFinal = cb;
        this._flush(transformAfterFlush.bind(this));
      }
    };
    var PassThrough = class extends Transform {
    };
    function transformAfterFlush(err, data) {
      const cb = this._transformState.afterFinal;
      if (err) return cb(err);
      if (data !== null && data !== void 0) this.push(data);
      this.push(null);
      cb(null);
    }
    function pipelinePromise(...streams) {
      return new Promise((resolve, reject) => {
        return pipeline2(...streams, (err) => {
          if (err) return reject(err);
          resolve();
        });
      });
    }
    function pipeline2(stream, ...streams) {
      const all = Array.isArray(stream) ? [...stream, ...streams] : [stream, ...streams];
      const done = all.length && typeof all[all.length - 1] === "function" ? all.pop() : null;
      if (all.length < 2) throw StreamError.BAD_ARGUMENT("Pipeline requires at least 2 streams");
      let src = all[0];
      let dest = null;
      let error = null;
      for (let i = 1; i < all.length; i++) {
        dest = all[i];
        if (isStreamx(src)) {
          src.pipe(dest, onerror);
        } else {
          errorHandle(src, true, i > 1, onerror);
          src.pipe(dest);
        }
        src = dest;
      }
      if (done) {
        let fin = false;
        const autoDestroy = isStreamx(dest) || !!(dest._writableState && dest._writableState.autoDestroy);
        dest.on("error", (err) => {
          if (error === null) error = err;
        });
        dest.on("finish", () => {
          fin = true;
          if (!autoDestroy) done(error);
        });
        if (autoDestroy) {
          dest.on("close", () => done(error || (fin ? null : StreamError.PREMATURE_CLOSE())));
        }
      }
      return dest;
      function errorHandle(s, rd, wr, onerror2) {
        s.on("error", onerror2);
        s.on("close", onclose);
        function onclose() {
          if (rd && s._readableState && !s._readableState.ended) {
            return onerror2(StreamError.PREMATURE_CLOSE());
          }
          if (wr && s._writableState && !s._writableState.ended) {
            return onerror2(StreamError.PREMATURE_CLOSE());
          }
        }
      }
      function onerror(err) {
        if (!err || error) return;
        error = err;
        for (const s of all) {
          s.destroy(err);
        }
      }
    }
    function echo(s) {
      return s;
    }
    function isStream(stream) {
      return !!stream._readableState || !!stream._writableState;
    }
    function isStreamx(stream) {
      return typeof stream._duplexState === "number" && isStream(stream);
    }
    function isEnding(stream) {
      return !!stream._readableState && stream._readableState.ending;
    }
    function isEnded(stream) {
      return !!stream._readableState && stream._readableState.ended;
    }
    function isFinishing(stream) {
      return !!stream._writableState && stream._writableState.ending;
    }
    function isFinished(stream) {
      return !!stream._writableState && stream._writableState.ended;
    }
    function getStreamError(stream, opts = {}) {
      const err = stream._readableState && stream._readableState.error || stream._writableState && stream._writableState.error;
      return !opts.all && StreamError.isStreamDestroyed(err) ? null : err;
    }
    function isReadStreamx(stream) {
      return isStreamx(stream) && stream.readable;
    }
    function isDisturbed(stream) {
      return (stream._duplexState & OPENING) !== OPENING || (stream._duplexState & DESTROYING) === DESTROYING || (stream._duplexState & ACTIVE_OR_TICKING) !== 0;
    }
    function isTypedArray(data) {
      return typeof data === "object" && data !== null && typeof data.byteLength === "number";
    }
    function defaultByteLength(data) {
      return isTypedArray(data) ? data.byteLength : 1024;
    }
    function noop() {
    }
    function abort() {
      this.destroy(StreamError.ABORTED());
    }
    function isWritev(s) {
      return s._writev !== Writable.prototype._writev && s._writev !== Duplex.prototype._writev;
    }
    module.exports = {
      pipeline: pipeline2,
      pipelinePromise,
      isStream,
      isStreamx,
      isEnding,
      isEnded,
      isFinishing,
      isFinished,
      isDisturbed,
      getStreamError,
      Stream,
      Writable,
      Readable: Readable2,
      Duplex,
      Transform,
      // Export PassThrough for compatibility with Node.js core's stream module
      PassThrough
    };
  }
});

// ../../../node_modules/tar-stream/headers.js
var require_headers = __commonJS({
  "../../../node_modules/tar-stream/headers.js"(exports) {
    var b4a = require_b4a();
    var ZEROS = "0000000000000000000";
    var SEVENS = "7777777777777777777";
    var ZERO_OFFSET = "0".charCodeAt(0);
    var USTAR_MAGIC = b4a.from([117, 115, 116, 97, 114, 0]);
    var USTAR_VER = b4a.from([ZERO_OFFSET, ZERO_OFFSET]);
    var GNU_MAGIC = b4a.from([117, 115, 116, 97, 114, 32]);
    var GNU_VER = b4a.from([32, 0]);
    var MASK = 4095;
    var MAGIC_OFFSET = 257;
    var VERSION_OFFSET = 263;
    exports.decodeLongPath = function decodeLongPath(buf, encoding) {
      return decodeStr(buf, 0, buf.length, encoding);
    };
    exports.encodePax = function encodePax(opts) {
      let result = "";
      if (opts.name) result += addLength(" path=" + opts.name + "\n");
      if (opts.linkname) result += addLength(" linkpath=" + opts.linkname + "\n");
      const pax = opts.pax;
      if (pax) {
        for (const key in pax) {
          result += addLength(" " + key + "=" + pax[key] + "\n");
        }
      }
      return b4a.from(result);
    };
    exports.decodePax = function decodePax(buf) {
      const result = {};
      while (buf.length) {
        let i = 0;
        while (i < buf.length && buf[i] !== 32) i++;
        const len = parseInt(b4a.toString(buf.subarray(0, i)), 10);
        if (!len) return result;
        const b = b4a.toString(buf.subarray(i + 1, len - 1));
        const keyIndex = b.indexOf("=");
        if (keyIndex === -1) return result;
        result[b.slice(0, keyIndex)] = b.slice(keyIndex + 1);
        buf = buf.subarray(len);
      }
      return result;
    };
    exports.encode = function encode(opts) {
      const buf = b4a.alloc(512);
      let name = opts.name;
      let prefix = "";
      if (opts.typeflag === 5 && name[name.length - 1] !== "/") name += "/";
      if (b4a.byteLength(name) !== name.length) return null;
      while (b4a.byteLength(name) > 100) {
        const i = name.indexOf("/");
        if (i === -1) return null;
        prefix += prefix ? "/" + name.slice(0, i) : name.slice(0, i);
        name = name.slice(i + 1);
      }
      if (b4a.byteLength(name) > 100 || b4a.byteLength(prefix) > 155) return null;
      if (opts.linkname && b4a.byteLength(opts.linkname) > 100) return null;
      b4a.write(buf, name);
      b4a.write(buf, encodeOct(opts.mode & MASK, 6), 100);
      b4a.write(buf, encodeOct(opts.uid, 6), 108);
      b4a.write(buf, encodeOct(opts.gid, 6), 116);
      encodeSize(opts.size, buf, 124);
      b4a.write(buf, encodeOct(opts.mtime.getTime() / 1e3 | 0, 11), 136);
      buf[156] = ZERO_OFFSET + toTypeflag(opts.type);
      if (opts.linkname) b4a.write(buf, opts.linkname, 157);
      b4a.copy(USTAR_MAGIC, buf, MAGIC_OFFSET);
      b4a.copy(USTAR_VER, buf, VERSION_OFFSET);
      if (opts.uname) b4a.write(buf, opts.uname, 265);
      if (opts.gname) b4a.write(buf, opts.gname, 297);
      b4a.write(buf, encodeOct(opts.devmajor || 0, 6), 329);
      b4a.write(buf, encodeOct(opts.devminor || 0, 6), 337);
      if (prefix) b4a.write(buf, prefix, 345);
      b4a.write(buf, encodeOct(cksum(buf), 6), 148);
      return buf;
    };
    exports.decode = function decode(buf, filenameEncoding, allowUnknownFormat) {
      let typeflag = buf[156] === 0 ? 0 : buf[156] - ZERO_OFFSET;
      let name = decodeStr(buf, 0, 100, filenameEncoding);
      const mode = decodeOct(buf, 100, 8);
      const uid = decodeOct(buf, 108, 8);
      const gid = decodeOct(buf, 116, 8);
      const size = decodeOct(buf, 124, 12);
      const mtime = decodeOct(buf, 136, 12);
      const type = toType(typeflag);
      const linkname = buf[157] === 0 ? null : decodeStr(buf, 157, 100, filenameEncoding);
      const uname = decodeStr(buf, 265, 32);
      const gname = decodeStr(buf, 297, 32);
      const devmajor = decodeOct(buf, 329, 8);
      const devminor = decodeOct(buf, 337, 8);
      const c = cksum(buf);
      if (c === 8 * 32) return null;
      if (c !== decodeOct(buf, 148, 8)) throw new Error("Invalid tar header. Maybe the tar is corrupted or it needs to be gunzipped?");
      if (isUSTAR(buf)) {
        if (buf[345]) name = decodeStr(buf, 345, 155, filenameEncoding) + "/" + name;
      } else if (isGNU(buf)) {
      } else {
        if (!allowUnknownFormat) {
          throw new Error("Invalid tar header: unknown format.");
        }
      }
      if (typeflag === 0 && name && name[name.length - 1] === "/") typeflag = 5;
      return {
        name,
        mode,
        uid,
        gid,
        size,
        byteOffset: 0,
        mtime: new Date(1e3 * mtime),
        type,
        linkname,
        uname,
        gname,
        devmajor,
        devminor,
        pax: null
      };
    };
    function isUSTAR(buf) {
      return b4a.equals(USTAR_MAGIC, buf.subarray(MAGIC_OFFSET, MAGIC_OFFSET + 6));
    }
    function isGNU(buf) {
      return b4a.equals(GNU_MAGIC, buf.subarray(MAGIC_OFFSET, MAGIC_OFFSET + 6)) && b4a.equals(GNU_VER, buf.subarray(VERSION_OFFSET, VERSION_OFFSET + 2));
    }
    function clamp(index, len, defaultValue) {
      if (typeof index !== "number") return defaultValue;
      index = ~~index;
      if (index >= len) return len;
      if (index >= 0) return index;
      index += len;
      if (index >= 0) return index;
      return 0;
    }
    function toType(flag) {
      switch (flag) {
        case 0:
          return "file";
        case 1:
          return "link";
        case 2:
          return "symlink";
        case 3:
          return "character-device";
        case 4:
          return "block-device";
        case 5:
          return "directory";
        case 6:
          return "fifo";
        case 7:
          return "contiguous-file";
        case 72:
          return "pax-header";
        case 55:
          return "pax-global-header";
        case 27:
          return "gnu-long-link-path";
        case 28:
        case 30:
          return "gnu-long-path";
      }
      return null;
    }
    function toTypeflag(flag) {
      switch (flag) {
        case "file":
          return 0;
        case "link":
          return 1;
        case "symlink":
          return 2;
        case "character-device":
          return 3;
        case "block-device":
          return 4;
        case "directory":
          return 5;
        case "fifo":
          return 6;
        case "contiguous-file":
          return 7;
        case "pax-header":
          return 72;
      }
      return 0;
    }
    function indexOf(block, num, offset, end) {
      for (; offset < end; offset++) {
        if (block[offset] === num) return offset;
      }
      return end;
    }
    function cksum(block) {
      let sum = 8 * 32;
      for (let i = 0; i < 148; i++) sum += block[i];
      for (let j = 156; j < 512; j++) sum += block[j];
      return sum;
    }
    function encodeOct(val, n) {
      val = val.toString(8);
      if (val.length > n) return SEVENS.slice(0, n) + " ";
      return ZEROS.slice(0, n - val.length) + val + " ";
    }
    function encodeSizeBin(num, buf, off) {
      buf[off] = 128;
      for (let i = 11; i > 0; i--) {
        buf[off + i] = num & 255;
        num = Math.floor(num / 256);
      }
    }
    function encodeSize(num, buf, off) {
      if (num.toString(8).length > 11) {
        encodeSizeBin(num, buf, off);
      } else {
        b4a.write(buf, encodeOct(num, 11), off);
      }
    }
    function parse256(buf) {
      let positive;
      if (buf[0] === 128) positive = true;
      else if (buf[0] === 255) positive = false;
      else return null;
      const tuple = [];
      let i;
      for (i = buf.length - 1; i > 0; i--) {
        const byte = buf[i];
        if (positive) tuple.push(byte);
        else tuple.push(255 - byte);
      }
      let sum = 0;
      const l = tuple.length;
      for (i = 0; i < l; i++) {
        sum += tuple[i] * Math.pow(256, i);
      }
      return positive ? sum : -1 * sum;
    }
    function decodeOct(val, offset, length) {
      val = val.subarray(offset, offset + length);
      offset = 0;
      if (val[offset] & 128) {
        return parse256(val);
      } else {
        while (offset < val.length && val[offset] === 32) offset++;
        const end = clamp(indexOf(val, 32, offset, val.length), val.length, val.length);
        while (offset < end && val[offset] === 0) offset++;
        if (end === offset) return 0;
        return parseInt(b4a.toString(val.subarray(offset, end)), 8);
      }
    }
    function decodeStr(val, offset, length, encoding) {
      return b4a.toString(val.subarray(offset, indexOf(val, 0, offset, offset + length)), encoding);
    }
    function addLength(str) {
      const len = b4a.byteLength(str);
      let digits = Math.floor(Math.log(len) / Math.log(10)) + 1;
      if (len + digits >= Math.pow(10, digits)) digits++;
      return len + digits + str;
    }
  }
});

// ../../../node_modules/tar-stream/extract.js
var require_extract = __commonJS({
  "../../../node_modules/tar-stream/extract.js"(exports, module) {
    var { Writable, Readable: Readable2, getStreamError } = require_streamx();
    var FIFO = require_fast_fifo();
    var b4a = require_b4a();
    var headers = require_headers();
    var EMPTY = b4a.alloc(0);
    var MAX_HEADER_SIZE = 4 * 1024 * 1024;
    var BufferList = class {
      constructor() {
        this.buffered = 0;
        this.shifted = 0;
        this.queue = new FIFO();
        this._offset = 0;
      }
      push(buffer) {
        this.buffered += buffer.byteLength;
        this.queue.push(buffer);
      }
      shiftFirst(size) {
        return this.buffered === 0 ? null : this._next(size);
      }
      shift(size) {
        if (size > this.buffered) return null;
        if (size === 0) return EMPTY;
        let chunk = this._next(size);
        if (size === chunk.byteLength) return chunk;
        const chunks = [chunk];
        while ((size -= chunk.byteLength) > 0) {
          chunk = this._next(size);
          chunks.push(chunk);
        }
        return b4a.concat(chunks);
      }
      _next(size) {
        const buf = this.queue.peek();
        const rem = buf.byteLength - this._offset;
        if (size >= rem) {
          const sub = this._offset ? buf.subarray(this._offset, buf.byteLength) : buf;
          this.queue.shift();
          this._offset = 0;
          this.buffered -= rem;
          this.shifted += rem;
          return sub;
        }
        this.buffered -= size;
        this.shifted += size;
        return buf.subarray(this._offset, this._offset += size);
      }
    };
    var Source = class extends Readable2 {
      constructor(self, header, offset) {
        super();
        this.header = header;
        this.offset = offset;
        this._parent = self;
      }
      _read(cb) {
        if (this.header.size === 0) {
          this.push(null);
        }
        if (this._parent._stream === this) {
          this._parent._update();
        }
        cb(null);
      }
      _predestroy() {
        this._parent.destroy(getStreamError(this));
      }
      _detach() {
        if (this._parent._stream === this) {
          this._parent._stream = null;
          this._parent._missing = overflow(this.header.size);
          this._parent._update();
        }
      }
      _destroy(cb) {
        this._detach();
        cb(null);
      }
    };
    var Extract = class extends Writable {
      constructor(opts) {
        super(opts);
        if (!opts) opts = {};
        this._buffer = new BufferList();
        this._offset = 0;
        this._header = null;
        this._stream = null;
        this._missing = 0;
        this._longHeader = false;
        this._callback = noop;
        this._locked = false;
        this._finished = false;
        this._pax = null;
        this._paxGlobal = null;
        this._gnuLongPath = null;
        this._gnuLongLinkPath = null;
        this._filenameEncoding = opts.filenameEncoding || "utf-8";
        this._allowUnknownFormat = !!opts.allowUnknownFormat;
        this._unlockBound = this._unlock.bind(this);
      }
      _unlock(err) {
        this._locked = false;
        if (err) {
          this.destroy(err);
          this._continueWrite(err);
          return;
        }
        this._update();
      }
      _consumeHeader() {
        if (this._locked) return false;
        this._offset = this._buffer.shifted;
        try {
          this._header = headers.decode(this._buffer.shift(512), this._filenameEncoding, this._allowUnknownFormat);
        } catch (err) {
          this._continueWrite(err);
          return false;
        }
        if (!this._header) return true;
        this._header.byteOffset = this._buffer.shifted;
        switch (this._header.type) {
          case "gnu-long-path":
          case "gnu-long-link-path":
          case "pax-global-header":
          case "pax-header":
            this._longHeader = true;
            this._missing = this._header.size;
            if (this._missing > MAX_HEADER_SIZE) {
              this._continueWrite(new Error("Header exceeds max size"));
              return false;
            }
            return true;
        }
        this._locked = true;
        this._applyLongHeaders();
        if (!(this._header.size >= 0)) {
          this._continueWrite(new Error("Invalid header"));
          return false;
        }
        if (this._header.size === 0 || this._header.type === "directory") {
          this.emit("entry", this._header, this._createStream(), this._unlockBound);
          return true;
        }
        this._stream = this._createStream();
        this._missing = this._header.size;
        this.emit("entry", this._header, this._stream, this._unlockBound);
        return true;
      }
      _applyLongHeaders() {
        if (this._gnuLongPath) {
          this._header.name = this._gnuLongPath;
          this._gnuLongPath = null;
        }
        if (this._gnuLongLinkPath) {
          this._header.linkname = this._gnuLongLinkPath;
          this._gnuLongLinkPath = null;
        }
        if (this._pax) {
          if (this._pax.path) this._header.name = this._pax.path;
          if (this._pax.linkpath) this._header.linkname = this._pax.linkpath;
          if (this._pax.size) this._header.size = parseInt(this._pax.size, 10);
          this._header.pax = this._pax;
          this._pax = null;
        }
      }
      _decodeLongHeader(buf) {
        switch (this._header.type) {
          case "gnu-long-path":
            this._gnuLongPath = headers.decodeLongPath(buf, this._filenameEncoding);
            break;
          case "gnu-long-link-path":
            this._gnuLongLinkPath = headers.decodeLongPath(buf, this._filenameEncoding);
            break;
          case "pax-global-header":
            this._paxGlobal = headers.decodePax(buf);
            break;
          case "pax-header":
            this._pax = this._paxGlobal === null ? headers.decodePax(buf) : Object.assign({}, this._paxGlobal, headers.decodePax(buf));
            break;
        }
      }
      _consumeLongHeader() {
        this._longHeader = false;
        this._missing = overflow(this._header.size);
        const buf = this._buffer.shift(this._header.size);
        try {
          this._decodeLongHeader(buf);
        } catch (err) {
          this._continueWrite(err);
          return false;
        }
        return true;
      }
      _consumeStream() {
        const buf = this._buffer.shiftFirst(this._missing);
        if (buf === null) return false;
        this._missing -= buf.byteLength;
        const drained = this._stream.push(buf);
        if (this._missing === 0) {
          this._stream.push(null);
          if (drained) this._stream._detach();
          return drained && this._locked === false;
        }
        return drained;
      }
      _createStream() {
        return new Source(this, this._header, this._offset);
      }
      _update() {
        while (this._buffer.buffered > 0 && !this.destroying) {
          if (this._missing > 0) {
            if (this._stream !== null) {
              if (this._consumeStream() === false) return;
              continue;
            }
            if (this._longHeader === true) {
              if (this._missing > this._buffer.buffered) break;
              if (this._consumeLongHeader() === false) return false;
              continue;
            }
            const ignore = this._buffer.shiftFirst(this._missing);
            if (ignore !== null) this._missing -= ignore.byteLength;
            continue;
          }
          if (this._buffer.buffered < 512) break;
          if (this._stream !== null || this._consumeHeader() === false) return;
        }
        this._continueWrite(null);
      }
      _continueWrite(err) {
        const cb = this._callback;
        this._callback = noop;
        cb(err);
      }
      _write(data, cb) {
        this._callback = cb;
        this._buffer.push(data);
        this._update();
      }
      _final(cb) {
        this._finished = this._missing === 0 && this._buffer.buffered === 0;
        cb(this._finished ? null : new Error("Unexpected end of data"));
      }
      _predestroy() {
        this._continueWrite(null);
      }
      _destroy(cb) {
        if (this._stream) this._stream.destroy(getStreamError(this));
        cb(null);
      }
      [Symbol.asyncIterator]() {
        let error = null;
        let promiseResolve = null;
        let promiseReject = null;
        let entryStream = null;
        let entryCallback = null;
        const extract = this;
        this.on("entry", onentry);
        this.on("error", (err) => {
          error = err;
        });
        this.on("close", onclose);
        return {
          [Symbol.asyncIterator]() {
            return this;
          },
          next() {
            return new Promise(onnext);
          },
          return() {
            return destroy(null);
          },
          throw(err) {
            return destroy(err);
          }
        };
        function consumeCallback(err) {
          if (!entryCallback) return;
          const cb = entryCallback;
          entryCallback = null;
          cb(err);
        }
        function onnext(resolve, reject) {
          if (error) {
            return reject(error);
          }
          if (entryStream) {
            resolve({ value: entryStream, done: false });
            entryStream = null;
            return;
          }
          promiseResolve = resolve;
          promiseReject = reject;
          consumeCallback(null);
          if (extract._finished && promiseResolve) {
            promiseResolve({ value: void 0, done: true });
            promiseResolve = promiseReject = null;
          }
        }
        function onentry(header, stream, callback) {
          entryCallback = callback;
          stream.on("error", noop);
          if (promiseResolve) {
            promiseResolve({ value: stream, done: false });
            promiseResolve = promiseReject = null;
          } else {
            entryStream = stream;
          }
        }
        function onclose() {
          consumeCallback(error);
          if (!promiseResolve) return;
          if (error) promiseReject(error);
          else promiseResolve({ value: void 0, done: true });
          promiseResolve = promiseReject = null;
        }
        function destroy(err) {
          extract.destroy(err);
          consumeCallback(err);
          return new Promise((resolve, reject) => {
            if (extract.destroyed) return resolve({ value: void 0, done: true });
            extract.once("close", function() {
              if (err) reject(err);
              else resolve({ value: void 0, done: true });
            });
          });
        }
      }
    };
    module.exports = function extract(opts) {
      return new Extract(opts);
    };
    function noop() {
    }
    function overflow(size) {
      size &= 511;
      return size && 512 - size;
    }
  }
});

// ../../../node_modules/tar-stream/constants.js
var require_constants = __commonJS({
  "../../../node_modules/tar-stream/constants.js"(exports, module) {
    var constants = {
      // just for envs without fs
      S_IFMT: 61440,
      S_IFDIR: 16384,
      S_IFCHR: 8192,
      S_IFBLK: 24576,
      S_IFIFO: 4096,
      S_IFLNK: 40960
    };
    try {
      module.exports = __require("fs").constants || constants;
    } catch {
      module.exports = constants;
    }
  }
});

// ../../../node_modules/tar-stream/pack.js
var require_pack = __commonJS({
  "../../../node_modules/tar-stream/pack.js"(exports, module) {
    var { Readable: Readable2, Writable, getStreamError } = require_streamx();
    var b4a = require_b4a();
    var constants = require_constants();
    var headers = require_headers();
    var DMODE = 493;
    var FMODE = 420;
    var END_OF_TAR = b4a.alloc(1024);
    var Sink = class extends Writable {
      constructor(pack2, header, callback) {
        super({ mapWritable, eagerOpen: true });
        this.written = 0;
        this.header = header;
        this._callback = callback;
        this._linkname = null;
        this._isLinkname = header.type === "symlink" && !header.linkname;
        this._isVoid = header.type !== "file" && header.type !== "contiguous-file";
        this._finished = false;
        this._pack = pack2;
        this._openCallback = null;
        if (this._pack._stream === null) this._pack._stream = this;
        else this._pack._pending.push(this);
      }
      _open(cb) {
        this._openCallback = cb;
        if (this._pack._stream === this) this._continueOpen();
      }
      _continuePack(err) {
        if (this._callback === null) return;
        const callback = this._callback;
        this._callback = null;
        callback(err);
      }
      _continueOpen() {
        if (this._pack._stream === null) this._pack._stream = this;
        const cb = this._openCallback;
        this._openCallback = null;
        if (cb === null) return;
        if (this._pack.destroying) return cb(new Error("pack stream destroyed"));
        if (this._pack._finalized) return cb(new Error("pack stream is already finalized"));
        this._pack._stream = this;
        if (!this._isLinkname) {
          this._pack._encode(this.header);
        }
        if (this._isVoid) {
          this._finish();
          this._continuePack(null);
        }
        cb(null);
      }
      _write(data, cb) {
        if (this._isLinkname) {
          this._linkname = this._linkname ? b4a.concat([this._linkname, data]) : data;
          return cb(null);
        }
        if (this._isVoid) {
          if (data.byteLength > 0) {
            return cb(new Error("No body allowed for this entry"));
          }
          return cb();
        }
        this.written += data.byteLength;
        if (this._pack.push(data)) return cb();
        this._pack._drain = cb;
      }
      _finish() {
        if (this._finished) return;
        this._finished = true;
        if (this._isLinkname) {
          this.header.linkname = this._linkname ? b4a.toString(this._linkname, "utf-8") : "";
          this._pack._encode(this.header);
        }
        overflow(this._pack, this.header.size);
        this._pack._done(this);
      }
      _final(cb) {
        if (this.written !== this.header.size) {
          return cb(new Error("Size mismatch"));
        }
        this._finish();
        cb(null);
      }
      _getError() {
        return getStreamError(this) || new Error("tar entry destroyed");
      }
      _predestroy() {
        this._pack.destroy(this._getError());
      }
      _destroy(cb) {
        this._pack._done(this);
        this._continuePack(this._finished ? null : this._getError());
        cb();
      }
    };
    var Pack = class extends Readable2 {
      constructor(opts) {
        super(opts);
        this._drain = noop;
        this._finalized = false;
        this._finalizing = false;
        this._pending = [];
        this._stream = null;
      }
      entry(header, buffer, callback) {
        if (this._finalized || this.destroying) throw new Error("already finalized or destroyed");
        if (typeof buffer === "function") {
          callback = buffer;
          buffer = null;
        }
        if (!callback) callback = noop;
        if (!header.size || header.type === "symlink") header.size = 0;
        if (!header.type) header.type = modeToType(header.mode);
        if (!header.mode) header.mode = header.type === "directory" ? DMODE : FMODE;
        if (!header.uid) header.uid = 0;
        if (!header.gid) header.gid = 0;
        if (!header.mtime) header.mtime = /* @__PURE__ */ new Date();
        if (typeof buffer === "string") buffer = b4a.from(buffer);
        const sink = new Sink(this, header, callback);
        if (b4a.isBuffer(buffer)) {
          header.size = buffer.byteLength;
          sink.write(buffer);
          sink.end();
          return sink;
        }
        if (sink._isVoid) {
          return sink;
        }
        return sink;
      }
      finalize() {
        if (this._stream || this._pending.length > 0) {
          this._finalizing = true;
          return;
        }
        if (this._finalized) return;
        this._finalized = true;
        this.push(END_OF_TAR);
        this.push(null);
      }
      _done(stream) {
        if (stream !== this._stream) return;
        this._stream = null;
        if (this._finalizing) this.finalize();
        if (this._pending.length) this._pending.shift()._continueOpen();
      }
      _encode(header) {
        if (!header.pax) {
          const buf = headers.encode(header);
          if (buf) {
            this.push(buf);
            return;
          }
        }
        this._encodePax(header);
      }
      _encodePax(header) {
        const paxHeader = headers.encodePax({
          name: header.name,
          linkname: header.linkname,
          pax: header.pax
        });
        const newHeader = {
          name: "PaxHeader",
          mode: header.mode,
          uid: header.uid,
          gid: header.gid,
          size: paxHeader.byteLength,
          mtime: header.mtime,
          type: "pax-header",
          linkname: header.linkname && "PaxHeader",
          uname: header.uname,
          gname: header.gname,
          devmajor: header.devmajor,
          devminor: header.devminor
        };
        this.push(headers.encode(newHeader));
        this.push(paxHeader);
        overflow(this, paxHeader.byteLength);
        newHeader.size = header.size;
        newHeader.type = header.type;
        this.push(headers.encode(newHeader));
      }
      _doDrain() {
        const drain = this._drain;
        this._drain = noop;
        drain();
      }
      _predestroy() {
        const err = getStreamError(this);
        if (this._stream) this._stream.destroy(err);
        while (this._pending.length) {
          const stream = this._pending.shift();
          stream.destroy(err);
          stream._continueOpen();
        }
        this._doDrain();
      }
      _read(cb) {
        this._doDrain();
        cb();
      }
    };
    module.exports = function pack2(opts) {
      return new Pack(opts);
    };
    function modeToType(mode) {
      switch (mode & constants.S_IFMT) {
        case constants.S_IFBLK:
          return "block-device";
        case constants.S_IFCHR:
          return "character-device";
        case constants.S_IFDIR:
          return "directory";
        case constants.S_IFIFO:
          return "fifo";
        case constants.S_IFLNK:
          return "symlink";
      }
      return "file";
    }
    function noop() {
    }
    function overflow(self, size) {
      size &= 511;
      if (size) self.push(END_OF_TAR.subarray(0, 512 - size));
    }
    function mapWritable(buf) {
      return b4a.isBuffer(buf) ? buf : b4a.from(buf);
    }
  }
});

// ../../../node_modules/tar-stream/index.js
var require_tar_stream = __commonJS({
  "../../../node_modules/tar-stream/index.js"(exports) {
    exports.extract = require_extract();
    exports.pack = require_pack();
  }
});

// src/action-error.ts
var exitCodes = { findings: 1, input: 2, server: 3, incomplete: 4 };
var reasonTitles = {
  input: "Wrong input",
  findings: "Findings",
  incomplete: "Incomplete analysis",
  server: "Server unreachable"
};
var ActionError = class extends Error {
  reason;
  constructor(reason, message, options) {
    super(message, options);
    this.name = "ActionError";
    this.reason = reason;
  }
};

// src/request-analysis.ts
import { createHash } from "node:crypto";

// src/runner/log.ts
var MAX_CHARACTERS = 4e3;
function logLine(text) {
  process.stdout.write(`${defuseCommands(oneLine(text))}
`);
}
function annotate(level, message, { title, file, line, endLine } = {}) {
  const properties = Object.entries({ title, file, line, endLine }).filter(([, value]) => value !== void 0).map(([name, value]) => `${name}=${escapeProperty(String(value))}`).join(",");
  process.stdout.write(
    `::${level}${properties === "" ? "" : ` ${properties}`}::${escapeData(message.slice(0, MAX_CHARACTERS))}
`
  );
}
function mask(secret) {
  for (const line of /* @__PURE__ */ new Set([secret, ...secret.split(/\r?\n/)])) {
    if (line.trim() !== "") process.stdout.write(`::add-mask::${escapeData(line)}
`);
  }
}
function defuseCommands(line) {
  return line.replaceAll("##[", "# #[").replace(/^(\s*):(?=:)/, "$1\u200B:");
}
var oneLine = (text) => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").slice(0, MAX_CHARACTERS);
var escapeData = (text) => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A").replaceAll("##[", "# #[");
var escapeProperty = (text) => escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

// src/request-analysis.ts
var CANCEL_TIMEOUT_MS = 4e3;
async function requestAnalysis(server, inputs2, subject, stepKey) {
  const send = async (requestedSubject) => {
    const request = requestOf(inputs2, requestedSubject);
    const key = createHash("sha256").update(`${stepKey}
${JSON.stringify(request)}`).digest("hex");
    return { ...await server.createJob(request, key), subject: requestedSubject };
  };
  const requested = await send(subject);
  const { repository } = requested.job.parameters;
  if (inputs2.repositoryId === null || repository === void 0) return logRequest(requested);
  const serverName = `${repository.owner}/${repository.name}`.toLowerCase();
  if (serverName === `${subject.repository.owner}/${subject.repository.name}`.toLowerCase())
    return logRequest(requested);
  await cancelOwn(server, requested);
  logLine(
    `repository-id ${inputs2.repositoryId} is ${repository.owner}/${repository.name}, which is not checked out. Its default branch is analyzed.`
  );
  return logRequest(
    await send({ ...subject, repository, commit: null, base: null, branch: null, pullRequest: null, isOwn: false })
  );
}
function logRequest(requested) {
  const { job, created, subject } = requested;
  const { owner, name } = subject.repository;
  const at = subject.commit === null ? "" : ` at ${subject.commit.slice(0, 12)}`;
  const base = subject.base === null ? "" : `, compared with ${subject.base.slice(0, 12)}`;
  logLine(`Analysis of ${owner}/${name}${at}${base}: job ${job.id}${created ? "" : ", which was already requested"}`);
  return requested;
}
async function cancelOwn(server, { job, created }) {
  if (!created) return;
  try {
    await server.cancelJob(job.id, { timeoutMs: CANCEL_TIMEOUT_MS });
    logLine(`Job ${job.id} cancelled.`);
  } catch (error) {
    logLine(
      `Job ${job.id} could not be cancelled and continues: ${error instanceof Error ? error.message : String(error)}`
    );
  }
}
function requestOf({ projectId, repositoryId, depth, reportLink }, subject) {
  const { repository, commit, base, branch, pullRequest, fresh } = subject;
  return {
    project_id: projectId,
    job_type: "repository_analysis",
    parameters: {
      ...repositoryId === null ? { repository } : { repository_id: repositoryId },
      depth,
      ...commit === null ? {} : { commit_sha: commit },
      ...base === null ? {} : { base_sha: base },
      ...branch === null ? {} : { branch },
      ...pullRequest === null ? {} : { pr_number: pullRequest },
      ...fresh ? { fresh } : {},
      ...reportLink === "auto" ? {} : { report_link: reportLink }
    }
  };
}

// src/server/follow-job.ts
import { setTimeout as sleep2 } from "node:timers/promises";

// node_modules/eventsource-parser/dist/errors.js
var ParseError = class extends Error {
  constructor(message, options) {
    super(message);
    this.name = "ParseError";
    this.type = options.type;
    this.field = options.field;
    this.value = options.value;
    this.line = options.line;
  }
};

// node_modules/eventsource-parser/dist/parse.js
var LF = 10;
var CR = 13;
var SPACE = 32;
var MAX_FIELD_PREFIX_LENGTH = 6;
function createParser(config) {
  if (typeof config === "function") {
    throw new TypeError("`config` must be an object, got a function instead. Did you mean `createParser({onEvent: fn})`?");
  }
  const { maxBufferSize, onComment, onError, onEvent, onId, onRetry } = config;
  const pendingFragments = [];
  let pendingFragmentsLength = 0;
  let bomPrefix = "";
  let id;
  let data = "";
  let dataLines = 0;
  let eventType;
  let terminated = false;
  let skippingLine = false;
  let skipNextLineFeed = false;
  function feed(chunk) {
    if (terminated) {
      throw new Error("Cannot feed parser: it was terminated after exceeding the configured max buffer size. Call `reset()` to resume parsing.");
    }
    if (bomPrefix !== void 0) {
      chunk = bomPrefix + chunk;
      if (chunk === "" || chunk === "\xEF" || chunk === "\xEF\xBB") {
        bomPrefix = chunk;
        return;
      }
      bomPrefix = void 0;
      chunk = chunk.replace(/^(?:\uFEFF|\xEF\xBB\xBF)/, "");
    }
    if (skippingLine || skipNextLineFeed) {
      chunk = resumeAfterSkip(chunk);
      if (!chunk) {
        return;
      }
    }
    if (!pendingFragments.length) {
      const trailing = processLines(chunk);
      if (trailing !== "") {
        storeTrailing(trailing);
      }
      checkForBufferOverflow();
      return;
    }
    if (chunk.indexOf("\n") === -1 && chunk.indexOf("\r") === -1) {
      if (pendingFragmentsLength < MAX_FIELD_PREFIX_LENGTH) {
        const head = pendingFragments.join("") + chunk.slice(0, MAX_FIELD_PREFIX_LENGTH - pendingFragmentsLength);
        if (!shouldBufferTrailing(head)) {
          pendingFragments.length = 0;
          pendingFragmentsLength = 0;
          skippingLine = true;
          return;
        }
      }
      pendingFragments.push(chunk);
      pendingFragmentsLength += chunk.length;
      checkForBufferOverflow();
      return;
    }
    pendingFragments.push(chunk);
    const input2 = pendingFragments.join("");
    pendingFragments.length = 0;
    pendingFragmentsLength = 0;
    storeTrailing(processLines(input2));
    checkForBufferOverflow();
  }
  function resumeAfterSkip(chunk) {
    if (chunk.length === 0) {
      return chunk;
    }
    if (skipNextLineFeed) {
      skipNextLineFeed = false;
      return chunk.charCodeAt(0) === LF ? chunk.slice(1) : chunk;
    }
    const crIndex = chunk.indexOf("\r");
    const lfIndex = chunk.indexOf("\n");
    const lineEnd = crIndex === -1 ? lfIndex : lfIndex === -1 ? crIndex : crIndex < lfIndex ? crIndex : lfIndex;
    if (lineEnd === -1) {
      return "";
    }
    if (lineEnd === chunk.length - 1 && chunk.charCodeAt(lineEnd) === CR) {
      skippingLine = false;
      skipNextLineFeed = true;
      return "";
    }
    skippingLine = false;
    return chunk.slice(lineEnd + (chunk.charCodeAt(lineEnd) === CR && chunk.charCodeAt(lineEnd + 1) === LF ? 2 : 1));
  }
  function storeTrailing(trailing) {
    if (!trailing)
      return;
    if (trailing.charCodeAt(trailing.length - 1) === CR) {
      parseLine(trailing, 0, trailing.length - 1);
      if (checkForBufferOverflow())
        return;
      skipNextLineFeed = true;
      return;
    }
    if (shouldBufferTrailing(trailing)) {
      pendingFragments.push(trailing);
      pendingFragmentsLength = trailing.length;
      return;
    }
    skippingLine = true;
  }
  function shouldBufferTrailing(trailing) {
    const firstCharCode = trailing.charCodeAt(0);
    return firstCharCode === 58 && !!onComment || firstCharCode === 100 && isPotentialField(trailing, "data") || firstCharCode === 101 && isPotentialField(trailing, "event") || firstCharCode === 105 && isPotentialField(trailing, "id") || firstCharCode === 114 && isPotentialField(trailing, "retry");
  }
  function checkForBufferOverflow() {
    if (terminated)
      return true;
    if (maxBufferSize === void 0)
      return false;
    if (pendingFragmentsLength + data.length <= maxBufferSize)
      return false;
    terminated = true;
    pendingFragments.length = 0;
    pendingFragmentsLength = 0;
    id = void 0;
    data = "";
    dataLines = 0;
    eventType = void 0;
    skippingLine = false;
    skipNextLineFeed = false;
    onError === null || onError === void 0 ? void 0 : onError(new ParseError(`Buffered data exceeded max buffer size of ${maxBufferSize} characters`, {
      type: "max-buffer-size-exceeded"
    }));
    return true;
  }
  function processLines(chunk) {
    let searchIndex = 0;
    if (chunk.indexOf("\r") === -1) {
      let lfIndex2 = chunk.indexOf("\n", searchIndex);
      while (lfIndex2 !== -1) {
        if (searchIndex === lfIndex2) {
          if (id !== void 0) {
            onId === null || onId === void 0 ? void 0 : onId(id);
          }
          if (dataLines > 0) {
            onEvent === null || onEvent === void 0 ? void 0 : onEvent({ id, event: eventType, data });
          }
          id = void 0;
          data = "";
          dataLines = 0;
          eventType = void 0;
          searchIndex = lfIndex2 + 1;
          lfIndex2 = chunk.indexOf("\n", searchIndex);
          continue;
        }
        const firstCharCode = chunk.charCodeAt(searchIndex);
        if (isDataPrefix(chunk, searchIndex, firstCharCode)) {
          const valueStart = chunk.charCodeAt(searchIndex + 5) === SPACE ? searchIndex + 6 : searchIndex + 5;
          const value = chunk.slice(valueStart, lfIndex2);
          if (dataLines === 0 && chunk.charCodeAt(lfIndex2 + 1) === LF) {
            if (id !== void 0) {
              onId === null || onId === void 0 ? void 0 : onId(id);
            }
            onEvent === null || onEvent === void 0 ? void 0 : onEvent({ id, event: eventType, data: value });
            id = void 0;
            data = "";
            eventType = void 0;
            searchIndex = lfIndex2 + 2;
            lfIndex2 = chunk.indexOf("\n", searchIndex);
            continue;
          }
          data = dataLines === 0 ? value : `${data}
${value}`;
          dataLines++;
        } else if (isEventPrefix(chunk, searchIndex, firstCharCode)) {
          eventType = chunk.slice(chunk.charCodeAt(searchIndex + 6) === SPACE ? searchIndex + 7 : searchIndex + 6, lfIndex2) || void 0;
        } else {
          parseLine(chunk, searchIndex, lfIndex2);
        }
        if (checkForBufferOverflow())
          return "";
        searchIndex = lfIndex2 + 1;
        lfIndex2 = chunk.indexOf("\n", searchIndex);
      }
      return chunk.slice(searchIndex);
    }
    let crIndex = chunk.indexOf("\r", searchIndex);
    let lfIndex = chunk.indexOf("\n", searchIndex);
    while (searchIndex < chunk.length) {
      let lineEnd = -1;
      if (crIndex !== -1 && lfIndex !== -1) {
        lineEnd = crIndex < lfIndex ? crIndex : lfIndex;
      } else if (crIndex !== -1) {
        if (crIndex === chunk.length - 1) {
          lineEnd = -1;
        } else {
          lineEnd = crIndex;
        }
      } else if (lfIndex !== -1) {
        lineEnd = lfIndex;
      }
      if (lineEnd === -1) {
        break;
      }
      parseLine(chunk, searchIndex, lineEnd);
      if (checkForBufferOverflow())
        return "";
      searchIndex = lineEnd + 1;
      if (chunk.charCodeAt(searchIndex - 1) === CR && chunk.charCodeAt(searchIndex) === LF) {
        searchIndex++;
      }
      if (crIndex !== -1 && crIndex < searchIndex) {
        crIndex = chunk.indexOf("\r", searchIndex);
      }
      if (lfIndex !== -1 && lfIndex < searchIndex) {
        lfIndex = chunk.indexOf("\n", searchIndex);
      }
    }
    return chunk.slice(searchIndex);
  }
  function parseLine(chunk, start, end) {
    if (start === end) {
      dispatchEvent();
      return;
    }
    const firstCharCode = chunk.charCodeAt(start);
    if (isDataPrefix(chunk, start, firstCharCode)) {
      const valueStart = chunk.charCodeAt(start + 5) === SPACE ? start + 6 : start + 5;
      const value2 = chunk.slice(valueStart, end);
      data = dataLines === 0 ? value2 : `${data}
${value2}`;
      dataLines++;
      return;
    }
    if (isEventPrefix(chunk, start, firstCharCode)) {
      eventType = chunk.slice(chunk.charCodeAt(start + 6) === SPACE ? start + 7 : start + 6, end) || void 0;
      return;
    }
    if (firstCharCode === 105 && chunk.charCodeAt(start + 1) === 100 && chunk.charCodeAt(start + 2) === 58) {
      const value2 = chunk.slice(chunk.charCodeAt(start + 3) === SPACE ? start + 4 : start + 3, end);
      if (!value2.includes("\0"))
        id = value2;
      return;
    }
    if (firstCharCode === 58) {
      if (onComment) {
        const line2 = chunk.slice(start, end);
        onComment(line2.slice(chunk.charCodeAt(start + 1) === SPACE ? 2 : 1));
      }
      return;
    }
    const line = chunk.slice(start, end);
    const fieldSeparatorIndex = line.indexOf(":");
    if (fieldSeparatorIndex === -1) {
      processField(line, "", line);
      return;
    }
    const field = line.slice(0, fieldSeparatorIndex);
    const offset = line.charCodeAt(fieldSeparatorIndex + 1) === SPACE ? 2 : 1;
    const value = line.slice(fieldSeparatorIndex + offset);
    processField(field, value, line);
  }
  function processField(field, value, line) {
    switch (field) {
      case "event":
        eventType = value || void 0;
        break;
      case "data":
        data = dataLines === 0 ? value : `${data}
${value}`;
        dataLines++;
        break;
      case "id":
        if (!value.includes("\0"))
          id = value;
        break;
      case "retry":
        if (/^\d+$/.test(value)) {
          onRetry === null || onRetry === void 0 ? void 0 : onRetry(parseInt(value, 10));
        } else {
          onError === null || onError === void 0 ? void 0 : onError(new ParseError(`Invalid \`retry\` value: "${value}"`, {
            type: "invalid-retry",
            value,
            line
          }));
        }
        break;
      default:
        onError === null || onError === void 0 ? void 0 : onError(new ParseError(`Unknown field "${field.length > 20 ? `${field.slice(0, 20)}\u2026` : field}"`, { type: "unknown-field", field, value, line }));
        break;
    }
  }
  function dispatchEvent() {
    if (id !== void 0) {
      onId === null || onId === void 0 ? void 0 : onId(id);
    }
    if (dataLines > 0) {
      onEvent === null || onEvent === void 0 ? void 0 : onEvent({
        id,
        event: eventType,
        data
      });
    }
    id = void 0;
    data = "";
    dataLines = 0;
    eventType = void 0;
  }
  function reset(options = {}) {
    if (options.consume && pendingFragments.length > 0) {
      const incompleteLine = pendingFragments.join("");
      parseLine(incompleteLine, 0, incompleteLine.length);
    }
    bomPrefix = "";
    id = void 0;
    data = "";
    dataLines = 0;
    eventType = void 0;
    pendingFragments.length = 0;
    pendingFragmentsLength = 0;
    terminated = false;
    skippingLine = false;
    skipNextLineFeed = false;
  }
  return { feed, reset };
}
function isDataPrefix(chunk, i, firstCharCode) {
  return firstCharCode === 100 && chunk.charCodeAt(i + 1) === 97 && chunk.charCodeAt(i + 2) === 116 && chunk.charCodeAt(i + 3) === 97 && chunk.charCodeAt(i + 4) === 58;
}
function isEventPrefix(chunk, i, firstCharCode) {
  return firstCharCode === 101 && chunk.charCodeAt(i + 1) === 118 && chunk.charCodeAt(i + 2) === 101 && chunk.charCodeAt(i + 3) === 110 && chunk.charCodeAt(i + 4) === 116 && chunk.charCodeAt(i + 5) === 58;
}
function isPotentialField(line, field) {
  let i = 1;
  while (i < line.length && i < field.length) {
    if (line.charCodeAt(i) !== field.charCodeAt(i)) {
      return false;
    }
    i++;
  }
  return line.length <= field.length || line.charCodeAt(field.length) === 58;
}

// src/retry.ts
import { setTimeout as sleep } from "node:timers/promises";
var MINUTE_MS = 6e4;
var retryPolicies = {
  /** A request to the server. */
  request: { tries: 5, firstPauseMs: 1e3, maxPauseMs: MINUTE_MS, longerPause: "shorten" },
  /** Additional information, or a request whose caller has an alternative. */
  once: { tries: 1, firstPauseMs: 0, maxPauseMs: 0, longerPause: "give up" },
  /** Uploading the source, of which each attempt may take minutes. */
  upload: { tries: 3, firstPauseMs: 1e3, maxPauseMs: MINUTE_MS, longerPause: "shorten" },
  /** Exchanging an id token of GitHub for a token of the server. */
  token: { tries: 3, firstPauseMs: 2e3, maxPauseMs: MINUTE_MS, longerPause: "shorten" },
  /** A job whose server is being restarted or updated, after the attempts of `request`. */
  outage: {
    tries: Number.POSITIVE_INFINITY,
    firstPauseMs: 5e3,
    maxPauseMs: 5e3,
    longerPause: "shorten",
    patienceMs: 5 * MINUTE_MS
  },
  /** A request to GitHub. No comment is worth a longer wait. */
  github: { tries: 3, firstPauseMs: 1e3, maxPauseMs: MINUTE_MS, longerPause: "give up" },
  /** Creating a comment after looking for it, because the response to an earlier attempt was lost. */
  comment: { tries: 3, firstPauseMs: 1e3, maxPauseMs: MINUTE_MS, longerPause: "give up" }
};
var TemporaryFailure = class extends Error {
  error;
  /** The pause that the other side requests, in milliseconds; undefined if it requests none. */
  pauseMs;
  constructor(error, pauseMs) {
    super(error.message, { cause: error });
    this.name = "TemporaryFailure";
    this.error = error;
    this.pauseMs = pauseMs;
  }
};
async function retry(attempt, { policy, signal, onRetry }) {
  const { tries, firstPauseMs, maxPauseMs, longerPause, patienceMs = Number.POSITIVE_INFINITY } = policy;
  const since = performance.now();
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (failure) {
      signal.throwIfAborted();
      if (!(failure instanceof TemporaryFailure)) throw failure;
      const { error, pauseMs = firstPauseMs * 2 ** (count - 1) } = failure;
      const isTooLong = longerPause === "give up" && pauseMs > maxPauseMs;
      if (count >= tries || isTooLong || performance.now() - since > patienceMs) throw error;
      onRetry?.(error);
      const pause = Math.min(pauseMs, maxPauseMs) * (1 + Math.random() / 4);
      await sleep(pause, void 0, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}
var isTemporaryStatus = (status) => status === 408 || status === 429 || status >= 500;
function requestedPauseMs({ headers }) {
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return seconds > 0 ? seconds * 1e3 : void 0;
}

// src/server/follow-job.ts
var FIRST_POLL_MS = 1e3;
var MAX_POLL_MS = 5e3;
var SILENCE_MS = 45e3;
var MAX_EMPTY_STREAMS = 2;
var hasEnded = ({ status }) => status === "completed" || status === "failed" || status === "cancelled";
async function followJob(first, options) {
  const { signal } = options;
  let job = first;
  let isSourceProvided = false;
  let emptyStreams = 0;
  const position = { id: null };
  let pollMs = FIRST_POLL_MS;
  for (; ; ) {
    if (hasEnded(job)) return job;
    if (job.status === "awaiting_source" && !isSourceProvided) {
      isSourceProvided = true;
      await options.provideSource(job);
      job = await readJob(job.id, options);
      continue;
    }
    if (emptyStreams < MAX_EMPTY_STREAMS) {
      const before = position.id;
      try {
        await readEvents(job, position, options);
        emptyStreams = 0;
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof ActionError && error.reason === "input") throw error;
        emptyStreams = position.id === before ? emptyStreams + 1 : 0;
        await sleep2(FIRST_POLL_MS, void 0, { signal });
      }
    } else {
      await sleep2(pollMs * (1 + Math.random() / 4), void 0, { signal });
      pollMs = Math.min(pollMs * 1.5, MAX_POLL_MS);
      options.onProgress(job.progress, job.current_step ?? job.status);
    }
    job = await readJob(job.id, options);
  }
}
var readJob = (id, { server, signal }) => retry(
  () => server.getJob(id).catch((error) => {
    const isLost = error instanceof ActionError && error.reason === "server";
    throw isLost ? new TemporaryFailure(error) : error;
  }),
  {
    policy: retryPolicies.outage,
    signal,
    onRetry: () => logLine("The server cannot be reached. Trying again until it responds.")
  }
);
async function readEvents(job, position, { server, signal, onProgress }) {
  const stop = new AbortController();
  let silence = setTimeout(() => stop.abort(), SILENCE_MS);
  let isDone = false;
  const onEvent = ({ id, event, data }) => {
    position.id = id ?? position.id;
    const { progress, current_step, status } = readData(data);
    if (event === "progress") onProgress(Number(progress ?? 0), String(current_step ?? status ?? "running"));
    if (event !== "progress" || status === "awaiting_source") isDone = true;
  };
  const parser = createParser({ onEvent });
  try {
    const stream = await server.openEvents(job.id, position.id, AbortSignal.any([signal, stop.signal]));
    if (stream === null) return;
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      clearTimeout(silence);
      silence = setTimeout(() => stop.abort(), SILENCE_MS);
      parser.feed(decoder.decode(bytes, { stream: true }));
      if (isDone) break;
    }
  } finally {
    clearTimeout(silence);
    stop.abort();
  }
}
function readData(data) {
  try {
    return JSON.parse(data);
  } catch {
    return {};
  }
}

// src/await-job.ts
async function awaitJob(requested, { server, cancelled: cancelled2, deadline, provideSource }) {
  const signal = AbortSignal.any([cancelled2, deadline]);
  const ended = Promise.withResolvers();
  deadline.addEventListener("abort", () => ended.resolve(null), { once: true });
  cancelled2.addEventListener("abort", () => ended.reject(cancelled2.reason), { once: true });
  const following = followJob(requested.job, { server, signal, onProgress: createProgress(), provideSource });
  following.catch(() => void 0);
  try {
    return await Promise.race([following, ended.promise]);
  } catch (error) {
    if (deadline.aborted && !cancelled2.aborted) return null;
    await cancelOwn(server, requested);
    throw error;
  }
}
var STEP_PERCENT = 10;
function createProgress() {
  let shownPercent = -STEP_PERCENT;
  let shownStep = "";
  return (percent, step) => {
    if (percent < shownPercent + STEP_PERCENT && (step === shownStep || percent < shownPercent + 1)) return;
    shownPercent = percent;
    shownStep = step;
    logLine(`${String(Math.round(percent)).padStart(3)} %  ${step}`);
  };
}

// src/checkout/git.ts
import { execFile, spawn } from "node:child_process";
import { dirname } from "node:path";
import { promisify } from "node:util";
var TIME_LIMIT_MS = 12e4;
var OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;
var settings = [
  "safe.directory=*",
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "protocol.ext.allow=never"
].flatMap((setting) => ["-c", setting]);
function environmentOf(folder, secret) {
  return {
    ...process.env,
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    // Do not look for a repository above the workspace, because it would not belong to this workflow.
    GIT_CEILING_DIRECTORIES: dirname(folder),
    GIT_CONFIG_COUNT: String(secret.length),
    ...Object.fromEntries(
      secret.flatMap(([name, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, name],
        [`GIT_CONFIG_VALUE_${index}`, value]
      ])
    )
  };
}
async function git(folder, args, secret = []) {
  try {
    const { stdout } = await promisify(execFile)("git", [...settings, ...args], {
      cwd: folder,
      env: environmentOf(folder, secret),
      timeout: TIME_LIMIT_MS,
      maxBuffer: OUTPUT_LIMIT_BYTES
    });
    return stdout;
  } catch {
    return null;
  }
}
async function* readBlobs(folder, ids) {
  const child2 = spawn("git", [...settings, "cat-file", "--batch"], {
    cwd: folder,
    env: environmentOf(folder, []),
    stdio: ["pipe", "pipe", "ignore"]
  });
  const failed = new Promise((_, reject) => child2.once("error", reject));
  failed.catch(() => void 0);
  child2.stdin.on("error", () => void 0);
  child2.stdin.end(ids.map((id) => `${id}
`).join(""));
  const chunks = child2.stdout[Symbol.asyncIterator]();
  const nextChunk = async () => {
    const { done, value } = await Promise.race([chunks.next(), failed]);
    if (done === true) throw new Error("git ended before it had sent every file");
    return value;
  };
  let held = Buffer.alloc(0);
  try {
    for (const id of ids) {
      while (!held.includes("\n")) held = Buffer.concat([held, await nextChunk()]);
      const end = held.indexOf("\n");
      const header = held.subarray(0, end).toString("latin1");
      const size = Number(/^[0-9a-f]+ blob (\d+)$/.exec(header)?.[1] ?? Number.NaN);
      if (Number.isNaN(size)) throw new Error(`git cannot read ${id}: ${header.slice(0, 100)}`);
      const parts = [held.subarray(end + 1)];
      let length = held.length - end - 1;
      while (length < size + 1) {
        const chunk = await nextChunk();
        parts.push(chunk);
        length += chunk.length;
      }
      const all = Buffer.concat(parts, length);
      held = all.subarray(size + 1);
      yield all.subarray(0, size);
    }
  } finally {
    child2.kill();
  }
}

// src/checkout/checkout.ts
async function openCheckout(folder) {
  const head = (await git(folder, ["rev-parse", "--verify", "HEAD^{commit}"]))?.trim();
  if (head === void 0) return null;
  const remote = await git(folder, ["config", "--get", "remote.origin.url"]);
  return { folder, repository: remote === null ? null : repositoryOf(remote.trim()), head };
}
function repositoryOf(remote) {
  const path = /^(?:https?|ssh|git):\/\/[^/]+\/(.+)$/.exec(remote)?.[1] ?? /^[^/:]+:(?!\/\/)(.+)$/.exec(remote)?.[1];
  return path === void 0 ? null : readRepositoryName(path.replace(/\/+$/, "").replace(/\.git$/, ""));
}
function readRepositoryName(text) {
  const [, owner, name] = /^([\w.-]{1,100})\/([\w.-]{1,100})$/.exec(text) ?? [];
  return owner === void 0 || name === void 0 ? null : { owner, name };
}
var isSameRepository = (a, b) => a.owner.toLowerCase() === b.owner.toLowerCase() && a.name.toLowerCase() === b.name.toLowerCase();

// src/gate.ts
function failedConditions({ gate }, failOn) {
  const failed = gate.conditions.filter(({ passed }) => !passed);
  const isCounted = ({ name }) => failOn === "gate" || failOn === "critical" && name === "new_critical";
  return { counted: failed.filter(isCounted), others: failed.filter((condition) => !isCounted(condition)) };
}
function evaluateGate({ result }, failOn) {
  const { counted } = failedConditions(result, failOn);
  if (counted.length > 0) return new ActionError("findings", counted.map(describeCondition).join(" "));
  if (failOn !== "nothing" && result.critical_issues > 0) {
    return new ActionError(
      "findings",
      describeCondition({
        name: "new_critical",
        passed: false,
        value: result.critical_issues,
        threshold: 0,
        fix: "Fix or suppress with a reason. The policy allows some, but fail-on-errors does not."
      })
    );
  }
  if (failOn !== "nothing" && !result.complete)
    return new ActionError("incomplete", describeIncomplete(result.engines));
  return null;
}
function describeCondition({ name, value, threshold, fix }) {
  const comparison = `${name} is ${value}, at most ${threshold} is allowed`;
  return fix === "" ? `${comparison}.` : `${comparison}: ${fix}`;
}
function describeIncomplete(engines) {
  const named = engines.filter(({ complete }) => !complete).map(({ name, reason = "no reason given" }) => `${name}: ${reason}`);
  return `The analysis could not read everything. ${named.join(" ")}`.trim();
}
function describeToleratedFailures({ result }, failOn) {
  const { others } = failedConditions(result, failOn);
  return others.length === 0 ? null : others.map(describeCondition).join(" ");
}

// src/network-failure.ts
var PERMANENT = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_TLS|ERR_SSL|EPROTO|HOSTNAME_MISMATCH|ERR_INVALID|bad port/;
function reasonOf(error) {
  const { name, message, cause } = error;
  if (name === "TimeoutError") return "no response within the time limit";
  return cause?.code ?? cause?.message ?? message;
}
var mayPass = (error) => !PERMANENT.test(reasonOf(error));

// package.json
var package_default = {
  name: "@commandcenter/action",
  version: "0.1.0",
  private: true,
  description: "The GitHub Action: asks a CommandCenter for an analysis and shows what came of it.",
  license: "Apache-2.0",
  type: "module",
  dependencies: {
    "@commandcenter/analyzer": "0.1.0",
    "@commandcenter/client": "0.1.0",
    "eventsource-parser": "4.1.3",
    "tar-stream": "3.2.2"
  }
};

// src/version.ts
var version = package_default.version;

// src/github/github-api.ts
var GitHubError = class extends Error {
  /** Null if there was no response. */
  status;
  /** Sufficient permissions, as GitHub names them: `issues=write; pull_requests=write`. */
  acceptedPermissions;
  /** True if the same request may succeed later, because GitHub is down or limits requests. */
  isTemporary;
  /** The pause that GitHub requests, in milliseconds; undefined if it requests none. */
  pauseMs;
  constructor(message, options) {
    super(message, options);
    this.name = "GitHubError";
    this.status = options.status;
    this.acceptedPermissions = options.acceptedPermissions ?? null;
    this.isTemporary = options.isTemporary ?? false;
    this.pauseMs = options.pauseMs;
  }
  /** True if GitHub may have executed the request. */
  get isUncertain() {
    return this.status === null || this.status >= 500;
  }
};
var TIMEOUT_MS = 15e3;
var RESPONSE_LIMIT_BYTES = 32 * 1024 * 1024;
function openGitHub(apiUrl, token, signal) {
  const sendOnce = async (method, path, body) => {
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${token}`,
        "user-agent": `commandcenter/${version} (action)`,
        "x-github-api-version": "2022-11-28",
        ...body === void 0 ? {} : { "content-type": "application/json" }
      },
      ...body === void 0 ? {} : { body: JSON.stringify(body) },
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
    });
    const { status, headers } = response;
    if (Number(headers.get("content-length") ?? 0) > RESPONSE_LIMIT_BYTES)
      throw new GitHubError(`GitHub's response to ${method} ${path} is too large.`, { status });
    const text = await response.text();
    if (response.ok) return text === "" ? null : JSON.parse(text);
    const pauseMs = pauseOf(response);
    if (pauseMs !== void 0 || isTemporaryStatus(status)) {
      const message = `GitHub is temporarily unavailable (${status}).`;
      throw new GitHubError(message, { status, isTemporary: true, pauseMs });
    }
    throw new GitHubError(`GitHub responded with ${status} to ${method} ${path}: ${messageOf(text)}`, {
      status,
      acceptedPermissions: headers.get("x-accepted-github-permissions")
    });
  };
  const send = (method, path, body) => retry(
    async () => {
      try {
        return await sendOnce(method, path, body);
      } catch (error) {
        const failure = toGitHubError(error);
        const mayRepeat = failure.isTemporary && (method !== "POST" || !failure.isUncertain);
        throw mayRepeat ? new TemporaryFailure(failure, failure.pauseMs) : failure;
      }
    },
    { policy: retryPolicies.github, signal }
  );
  return {
    signal,
    get: (path) => send("GET", path),
    post: (path, body) => send("POST", path, body),
    patch: (path, body) => send("PATCH", path, body)
  };
}
function pauseOf(response) {
  const { status, headers } = response;
  const isLimited = (status === 403 || status === 429) && headers.get("x-ratelimit-remaining") === "0";
  const untilReset = Number(headers.get("x-ratelimit-reset") ?? 0) * 1e3 - Date.now();
  return requestedPauseMs(response) ?? (isLimited ? Math.max(1e3, untilReset) : void 0);
}
function messageOf(text) {
  try {
    const { message } = JSON.parse(text);
    return typeof message === "string" ? message : "no reason given";
  } catch {
    return "the response is not JSON";
  }
}
function toGitHubError(error) {
  if (error instanceof GitHubError) return error;
  const message = `GitHub cannot be reached: ${reasonOf(error)}.`;
  return new GitHubError(message, { status: null, isTemporary: mayPass(error), cause: error });
}

// src/github/merge-base.ts
async function findMergeBase({ workspace, repository, github }, base, head) {
  const isWhole = (await git(workspace, ["rev-parse", "--is-shallow-repository"]))?.trim() === "false";
  const local = isWhole ? (await git(workspace, ["merge-base", base, head]))?.trim() : void 0;
  if (local !== void 0 && local !== "") return local;
  if (github === null) return base;
  try {
    const comparison = await github.get(`/repos/${repository}/compare/${base}...${head}?per_page=1`);
    const sha = comparison?.merge_base_commit?.sha;
    return typeof sha === "string" && /^[0-9a-f]{40,64}$/.test(sha) ? sha : base;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    logLine(`The merge base could not be asked for, so the server looks for it: ${reason}`);
    return base;
  }
}

// ../../../packages/analyzer/src/severity.ts
var severities = ["critical", "high", "medium", "low"];

// ../../../packages/analyzer/src/report/safe-text.ts
var unseen = /[\p{Cc}\p{Cf}\u115f\u1160\u3164\uffa0\ufffe\uffff]/gu;
function oneLine2(text, maxLength = 1e3) {
  const line = text.toWellFormed().slice(0, maxLength * 4).replace(/[\s\u0085]+/g, " ").replace(unseen, "\uFFFD").trim();
  if (line.length <= maxLength) return line;
  return `${line.slice(0, maxLength - 1).toWellFormed().replace(/\ufffd$/, "")}\u2026`;
}
function formatLocation({ path, start_line }) {
  if (path === null) return null;
  const shown = oneLine2(path, 300);
  return start_line === null ? shown : `${shown}:${start_line}`;
}
function webLink(url) {
  if (url === void 0 || url.length > 2e3 || !URL.canParse(url)) return null;
  const { protocol, href } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") return null;
  return href.replace(/[<>"'`()[\]{}\\|^*_~!@\s]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}

// ../../../packages/analyzer/src/report/verdict.ts
var countWords = (count, one, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
function verdictOf({ result: { gate, complete } }) {
  const incomplete = complete ? "" : ", but the analysis is not complete";
  if (gate.passed) return `Gate passed${incomplete}`;
  const reasons = gate.conditions.filter(({ passed }) => !passed).map(reasonOf2);
  return `Gate failed: ${reasons.join(", ")}${complete ? "" : "; the analysis is not complete"}`;
}
function reasonOf2({ name, value, threshold }) {
  const severity = severityOf(name);
  const allowed = threshold === 0 ? "" : ` (${threshold} allowed)`;
  return severity === void 0 ? `${conditionLabel(name).toLowerCase()} ${value}${allowed}` : `${countWords(value, `new ${severity} finding`)}${allowed}`;
}
function conditionLabel(name) {
  const severity = severityOf(name);
  if (severity !== void 0) return `New ${severity} findings`;
  if (name === "complexity") return "Complexity of a new function";
  return name === "duplication_percent" ? "Duplicated lines (%)" : oneLine2(name, 60);
}
var severityOf = (condition) => severities.find((severity) => condition === `new_${severity}`);
function severityWords(findings) {
  const counts = severities.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count.toLocaleString("en")} ${severity}`];
  });
  return counts.length === 0 ? "none" : counts.join(", ");
}
var withState = (findings, state) => findings.filter((finding) => finding.state === state);
function incompleteEngines(engines) {
  return engines.filter(({ complete }) => !complete).map(({ name, reason }) => ({ name, reason: oneLine2(reason ?? "It does not say why.", 500) }));
}
function subjectOf({ repository, depth }) {
  const commit = repository.commit === null ? "" : ` at ${repository.commit.slice(0, 12)}`;
  const base = repository.base === null ? "without a base, so that all is new" : `compared with ${repository.base.slice(0, 12)}`;
  return `${oneLine2(repository.name, 200)}${commit}, ${depth}, ${base}`;
}

// ../../../packages/analyzer/src/report/escape-markdown.ts
var breaker = "\u200B";
function escapeMarkdown(text, maxLength) {
  return oneLine2(text, maxLength).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/[\\`*_[\]|~$]/g, "\\$&").replace(/^(\d+)([.)])/, `$1${breaker}$2`).replace(/^[-+=#:]/, `${breaker}$&`).replace(/@/g, `@${breaker}`).replace(/#(?=[\d\w])/g, `#${breaker}`).replace(/\b(GH)-(?=\d)/gi, `$1${breaker}-`).replace(/:(?=\/\/)/g, `:${breaker}`).replace(/\b(www|mailto|xmpp)(?=[.:])/gi, `$1${breaker}`).replace(/::/g, `:${breaker}:`).replace(/\b[0-9a-f]{7,}\b/gi, (hex) => `${hex.slice(0, 6)}${breaker}${hex.slice(6)}`);
}
function markdownCode(text, maxLength) {
  const line = oneLine2(text, maxLength).replaceAll("|", "\u2223");
  if (line === "") return "` `";
  const runs = line.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(0, ...runs.map((run2) => run2.length)) + 1);
  const padding = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${padding}${line}${padding}${fence}`;
}

// ../../../packages/analyzer/src/report/markdown.ts
var defaultMaxBytes = 6e4;
var reserved = 500;
var maxOtherBytes = 5e3;
var isAboutChange = ({ aboutChange }) => aboutChange === true;
function toMarkdown(report, options = {}) {
  const {
    brief = false,
    level = 1,
    title: prefix = "",
    maxBytes = defaultMaxBytes,
    rest = "The JSON report has all."
  } = options;
  const title = `${"#".repeat(level)} ${prefix}${escapeMarkdown(verdictOf(report), 500)}

${escapeMarkdown(subjectOf(report), 500)}`;
  const wanted = brief ? sectionsOf(report).filter(isAboutChange) : sectionsOf(report);
  const sections = wanted.filter(({ blocks }) => blocks.length > 0);
  const cut = [];
  const written = /* @__PURE__ */ new Map();
  let room = maxBytes - reserved - bytesOf(rest) - bytesOf(title);
  const others = sections.filter(({ isFindings }) => isFindings !== true);
  for (const section of /* @__PURE__ */ new Set([...others, ...sections])) {
    const { text, left } = write(section, level + 1, section.isFindings ? room : Math.min(room, maxOtherBytes));
    const all = section.blocks.length;
    if (left > 0) cut.push(`${left.toLocaleString("en")} of ${all.toLocaleString("en")} ${section.of}`);
    if (left === all) continue;
    written.set(section, text);
    room -= bytesOf(text) + 2;
  }
  const parts = [title, ...sections.flatMap((section) => written.get(section) ?? [])];
  if (cut.length > 0) {
    parts.push(`Cut to stay under ${maxBytes.toLocaleString("en")} bytes: ${cut.join(", ")}. ${rest}`);
  }
  return `${parts.join("\n\n")}
`;
}
function write({ heading, head, blocks }, level, room) {
  let text = `${"#".repeat(level)} ${heading}
${head === void 0 ? "" : `
${head}`}`;
  let size = bytesOf(text);
  let kept = 0;
  for (const block of blocks) {
    size += bytesOf(block) + 1;
    if (size + 2 > room) break;
    text += `
${block}`;
    kept += 1;
  }
  return { text, left: blocks.length - kept };
}
var bytesOf = (text) => Buffer.byteLength(text);
function sectionsOf(report) {
  const { findings, result, facts } = report;
  const incomplete = incompleteEngines(result.engines);
  const states = ["new", "fixed", "suppressed", "existing"].map((state) => {
    const some = withState(findings, state);
    const name = `${state.charAt(0).toUpperCase()}${state.slice(1)}`;
    const blocks = state === "new" ? some.map(wholeFinding) : some.map(shortFinding);
    const section = {
      heading: `${name}: ${severityWords(some)}`,
      blocks,
      of: `${state} findings`,
      isFindings: true
    };
    return state === "new" || state === "fixed" ? { ...section, aboutChange: true } : section;
  });
  return [
    {
      heading: "Not complete",
      blocks: incomplete.map(({ name, reason }) => `- ${markdownCode(name, 60)}: ${escapeMarkdown(reason, 500)}`),
      of: "engines that are not complete",
      aboutChange: true
    },
    {
      heading: "Gate",
      head: "| condition | value | allowed | | to do |\n| --- | ---: | ---: | --- | --- |",
      blocks: result.gate.conditions.map(
        ({ name, value, threshold, passed, fix }) => `| ${escapeMarkdown(conditionLabel(name))} | ${value} | ${threshold} | ${passed ? "passed" : "**failed**"} | ${escapeMarkdown(fix, 600)} |`
      ),
      of: "conditions",
      aboutChange: true
    },
    ...states.slice(0, 3),
    {
      heading: "Languages",
      head: "| language | files | code | comment | blank |\n| --- | ---: | ---: | ---: | ---: |",
      blocks: facts.languages.slice(0, 20).map(
        ({ name, files, code, comment: comment2, blank }) => `| ${escapeMarkdown(name, 60)} | ${files} | ${code} | ${comment2} | ${blank} |`
      ),
      of: "languages"
    },
    { heading: "Besides", blocks: factLines(report), of: "facts" },
    {
      heading: "Engines",
      head: "| engine | files seen | skipped | seconds | complete |\n| --- | ---: | ---: | ---: | --- |",
      blocks: result.engines.map(engineRow),
      of: "engines"
    },
    {
      heading: "Notes",
      blocks: result.engines.flatMap(
        ({ name, notes }) => notes.map((note) => `- ${markdownCode(name, 60)}: ${escapeMarkdown(note, 500)}`)
      ),
      of: "notes"
    },
    ...states.slice(3)
  ];
}
function wholeFinding(finding) {
  const { severity, title, message, fix, url, rule } = finding;
  const place = formatLocation(finding);
  const link = webLink(url);
  return [
    `- **${severity}**: ${escapeMarkdown(title, 200)}${place === null ? "" : ` at ${markdownCode(place)}`} (${markdownCode(rule, 120)})`,
    `  ${escapeMarkdown(message, 1e3)}`,
    ...fix === void 0 ? [] : [`  **Fix:** ${escapeMarkdown(fix, 600)}`],
    ...link === null ? [] : [`  [Read more](${link})`]
  ].join("  \n");
}
function shortFinding(finding) {
  const place = formatLocation(finding);
  const { suppression } = finding;
  const why = suppression === void 0 ? "" : `. Until ${escapeMarkdown(suppression.expires, 20)}${suppression.owner === void 0 ? "" : `, ${escapeMarkdown(suppression.owner, 100)}`}: ${escapeMarkdown(suppression.reason, 300)}`;
  return `- **${finding.severity}**: ${escapeMarkdown(finding.title, 200)}${place === null ? "" : ` at ${markdownCode(place)}`}${why}`;
}
function factLines({ facts }) {
  const { technologies, dependencies, complexity, duplication, licences } = facts;
  const lines = [];
  if (technologies.length > 0) {
    lines.push(
      `- Technologies: ${technologies.slice(0, 40).map(({ name }) => escapeMarkdown(name, 60)).join(", ")}`
    );
  }
  if (dependencies.length > 0) {
    const direct = dependencies.filter((dependency) => dependency.direct).length;
    lines.push(
      `- ${countWords(dependencies.length, "dependency", "dependencies")}, ${direct.toLocaleString("en")} of them direct`
    );
  }
  if (complexity !== void 0) {
    const { functions, highest, over_threshold } = complexity;
    lines.push(
      `- ${countWords(functions, "function")}, the most complex of ${highest}, ${over_threshold} above the threshold`
    );
  }
  if (duplication !== void 0) lines.push(`- ${duplication.percent}% of the lines stand elsewhere too`);
  if (licences !== void 0 && licences.length > 0) {
    const named = licences.slice(0, 10).map(({ expression, packages }) => `${escapeMarkdown(expression, 60)} (${packages})`);
    lines.push(`- Licenses of dependencies: ${named.join(", ")}`);
  }
  return lines;
}
var engineRow = ({ name, files_seen, files_skipped, seconds, complete }) => `| ${escapeMarkdown(name, 60)} | ${files_seen} | ${files_skipped} | ${seconds} | ${complete ? "yes" : "**no**"} |`;

// ../../../packages/analyzer/src/report/sarif/result.ts
var levelOf = (severity) => severity === "critical" || severity === "high" ? "error" : severity === "medium" ? "warning" : "note";
var baselineStates = { new: "new", existing: "unchanged", suppressed: "unchanged", fixed: "absent" };
var repositoryAsFile = "REPOSITORY";
function toResult(finding, ruleIndex, hasBase) {
  const { rule, severity, state, path, start_line, end_line, fingerprint, suppression } = finding;
  const region = { startLine: start_line ?? 1 };
  if (start_line !== null && end_line !== null && end_line >= start_line) region.endLine = end_line;
  const url = webLink(finding.url);
  return {
    ruleId: oneLine2(rule, 200),
    ruleIndex,
    level: levelOf(severity),
    message: { text: messageOf2(finding) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: path === null ? repositoryAsFile : toUri(path), uriBaseId: "%SRCROOT%" },
          region
        }
      }
    ],
    // GitHub compares results of two uploads only by `primaryLocationLineHash`.
    partialFingerprints: { "commandcenter/v1": fingerprint, primaryLocationLineHash: `${fingerprint}:1` },
    ...hasBase ? { baselineState: baselineStates[state] } : {},
    ...suppression === void 0 ? {} : { suppressions: [{ kind: "external", status: "accepted", justification: justificationOf(suppression) }] },
    properties: {
      severity,
      state,
      ...finding.value === void 0 ? {} : { value: finding.value },
      ...finding.package === void 0 ? {} : { package: finding.package },
      ...url === null ? {} : { url }
    }
  };
}
function messageOf2({ title, message, fix }) {
  const text = `${oneLine2(title, 300)}. ${oneLine2(message, 2e3)}${fix === void 0 ? "" : ` Fix: ${oneLine2(fix, 1e3)}`}`;
  return text.replaceAll("](", "] (").replace(/\{(\d+)\}/g, "{{$1}}");
}
var justificationOf = ({ reason, owner, expires }) => `${oneLine2(reason, 500)} (until ${oneLine2(expires, 20)}${owner === void 0 ? "" : `, ${oneLine2(owner, 200)}`})`;
var toUri = (path) => path.toWellFormed().split("/").map((name) => encodeURIComponent(name)).join("/");

// ../../../packages/analyzer/src/report/sarif/rules.ts
var securityEngines = /* @__PURE__ */ new Set(["secrets", "vulnerabilities", "workflows", "dockerfiles", "history"]);
var securitySeverity = { critical: "9.5", high: "8.0", medium: "5.5", low: "2.0" };
function rulesOf(findings) {
  const worst = /* @__PURE__ */ new Map();
  for (const finding of findings) {
    const other = worst.get(finding.rule);
    if (other === void 0 || rank(finding) < rank(other)) worst.set(finding.rule, finding);
  }
  const found = [...worst.values()].sort((a, b) => a.rule < b.rule ? -1 : 1);
  const indices = new Map(found.map(({ rule }, index) => [rule, index]));
  return { rules: found.map(toRule), indexOf: (rule) => indices.get(rule) ?? -1 };
}
var rank = ({ severity }) => severities.indexOf(severity);
function toRule(finding) {
  const { engine, severity, fix, url } = finding;
  const id = oneLine2(finding.rule, 200);
  const name = nameOf(finding);
  const help = fix === void 0 ? `${name}, found by the engine ${oneLine2(engine, 60)}.` : oneLine2(fix, 1e3);
  const helpUri = webLink(url);
  const isSecurity = securityEngines.has(engine) || severity === "critical" || severity === "high";
  return {
    id,
    shortDescription: { text: name },
    fullDescription: { text: `${name} (${oneLine2(engine, 60)})` },
    ...helpUri === null ? {} : { helpUri },
    help: { text: help, markdown: plainMarkdown(help) },
    defaultConfiguration: { level: levelOf(severity) },
    properties: {
      tags: [isSecurity ? "security" : "maintainability", oneLine2(engine, 60)],
      ...isSecurity ? { "security-severity": securitySeverity[severity] } : {}
    }
  };
}
function nameOf({ engine, rule, title }) {
  if (engine === "vulnerabilities") return oneLine2(title, 200);
  const words = oneLine2(rule.slice(rule.indexOf("/") + 1), 200).replaceAll(/[-_]+/g, " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
var plainMarkdown = (text) => text.replace(/[\\`*_{}[\]()<>|~!#&@$]/g, (letter) => `&#${letter.charCodeAt(0)};`);

// ../../../packages/analyzer/src/report/sarif.ts
var maxResults = 5e3;
function toSarif(report, { openOnly = false } = {}) {
  const wanted = openOnly ? report.findings.filter(isOpen) : report.findings;
  const findings = wanted.length > maxResults ? wanted.toSorted(openAndWorstFirst).slice(0, maxResults) : wanted;
  const { rules, indexOf } = rulesOf(findings);
  const notifications = incompleteEngines(report.result.engines).map(
    ({ name, reason }) => ({ level: "error", message: { text: `${name} is not complete: ${reason}` } })
  );
  if (findings.length < wanted.length) {
    const text = `Of ${wanted.length} findings the ${maxResults} most severe are here. The JSON report has all.`;
    notifications.push({ level: "warning", message: { text } });
  }
  const hasBase = report.repository.base !== null;
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "CommandCenter", version: oneLine2(report.tool.version, 100), rules } },
        // GitHub uses the part before the last slash as the category, which separates uploads of different tools.
        automationDetails: { id: "commandcenter/" },
        invocations: [
          {
            executionSuccessful: report.result.complete,
            endTimeUtc: report.created_at,
            toolExecutionNotifications: notifications
          }
        ],
        originalUriBaseIds: { "%SRCROOT%": { description: { text: "The root of the repository." } } },
        columnKind: "utf16CodeUnits",
        results: findings.map((finding) => toResult(finding, indexOf(finding.rule), hasBase)),
        properties: {
          repository: oneLine2(report.repository.name, 300),
          ...report.repository.commit === null ? {} : { commit: report.repository.commit },
          ...report.repository.base === null ? {} : { base: report.repository.base },
          depth: report.depth,
          gatePassed: report.result.gate.passed
        }
      }
    ]
  };
}
var isOpen = ({ state }) => state === "new" || state === "existing";
var openAndWorstFirst = (a, b) => Number(isOpen(b)) - Number(isOpen(a)) || severities.indexOf(a.severity) - severities.indexOf(b.severity);

// src/present/comment-body.ts
var MAX_BYTES = 6e4;
var markerOf = (projectId, { owner, name }) => `<!-- commandcenter-action:${projectId}:${owner.toLowerCase()}/${name.toLowerCase()} -->`;
function commentBody(report, marker) {
  const link = fullReport(report);
  const rest = link ?? "The job in CommandCenter has the rest.";
  const text = toMarkdown(report, {
    brief: true,
    level: 3,
    title: "CommandCenter: ",
    maxBytes: MAX_BYTES,
    rest
  }).trim();
  return [text, ...link === null ? [] : [link], marker].join("\n\n");
}
function fullReport({ result }) {
  const url = result.report_url;
  if (url === null || !URL.canParse(url)) return null;
  const { protocol, href } = new URL(url);
  return protocol === "https:" || protocol === "http:" ? `[Full report](<${href.replaceAll(">", "%3E")}>)` : null;
}

// src/present/job-summary.ts
var MAX_BYTES2 = 2e5;
var RESERVED_BYTES = 8e3;
var LEAST_BYTES = 2e3;
function addReportSummary(outputs, report, notes) {
  const link = fullReport(report);
  const maxBytes = Math.min(MAX_BYTES2, outputs.summaryRoom() - RESERVED_BYTES);
  const rest = link ?? "The job in CommandCenter has the rest.";
  const parts = maxBytes < LEAST_BYTES ? [] : [toMarkdown(report, { level: 2, title: "CommandCenter: ", maxBytes, rest }).trim()];
  outputs.addSummary([...parts, ...link === null ? [] : [link], ...notes.map((note) => `> ${note}`)].join("\n\n"));
}
function addNoteSummary(outputs, title, note) {
  outputs.addSummary(`## CommandCenter: ${title}

${note}`);
}

// src/no-result.ts
var NoResultError = class extends ActionError {
  status;
  constructor(status, message, reason = "incomplete") {
    super(reason, message);
    this.name = "NoResultError";
    this.status = status;
  }
};
function toNoResultError(error) {
  if (error instanceof NoResultError) return error;
  if (error instanceof ActionError && (error.reason === "incomplete" || error.reason === "server")) {
    return new NoResultError("failed", error.message, error.reason);
  }
  throw error;
}
function timedOut({ timeoutMs, depth }, jobId) {
  const minutes = Number((timeoutMs / 6e4).toFixed(2));
  const alternative = depth === "quick" ? "" : ", or set analysis-depth to quick";
  return new NoResultError(
    "timeout",
    `The analysis did not finish within ${minutes} minutes. Job ${jobId} continues, and a new run of this workflow uses its result. Raise timeout-minutes${alternative}.`
  );
}
function endWithoutResult(outputs, { failOn }, error) {
  outputs.set("status", error.status);
  outputs.set("summary", error.message);
  addNoteSummary(outputs, "no result", error.message);
  if (failOn !== "nothing") throw error;
  annotate("warning", error.message, { title: reasonTitles[error.reason] });
}

// src/present/present-report.ts
import { writeFileSync } from "node:fs";
import { join } from "node:path";

// src/present/annotations.ts
var MAX_OF_A_LEVEL = 9;
var levels = {
  critical: "error",
  high: "warning",
  medium: "warning",
  low: "notice"
};
function annotateFindings({ findings, repository }, isOwn) {
  const shown = /* @__PURE__ */ new Map();
  for (const { state, severity, path, start_line, end_line, title, message, fix } of findings) {
    if (state !== "new" || path === null || repository.base === null && severity !== "critical") continue;
    const level = levels[severity];
    const count = shown.get(level) ?? 0;
    if (count >= MAX_OF_A_LEVEL) continue;
    shown.set(level, count + 1);
    annotate(level, fix === void 0 ? message : `${message}
${fix}`, {
      title: `${severity}: ${title}`,
      ...isOwn ? { file: path, line: start_line ?? 1, ...end_line === null ? {} : { endLine: end_line } } : {}
    });
  }
}

// src/github/comment.ts
var PER_PAGE = 100;
var MAX_PAGES = 25;
async function showComment(place, body) {
  const { github, repository, number } = place;
  const attempt = async () => {
    const changed = await changeOwn(place, body);
    if (changed !== null) return changed;
    try {
      const made = await github.post(`/repos/${repository}/issues/${number}/comments`, { body });
      return { action: "created", url: made.html_url ?? null };
    } catch (error) {
      throw error instanceof GitHubError && error.isUncertain && error.isTemporary ? new TemporaryFailure(error, error.pauseMs) : error;
    }
  };
  return await retry(attempt, { policy: retryPolicies.comment, signal: github.signal });
}
async function changeOwn(place, body) {
  const { github, repository } = place;
  for (const { id, body: before, html_url = null } of await findOwn(place)) {
    if (unix(before ?? "") === unix(body)) return { action: "unchanged", url: html_url };
    try {
      const changed = await github.patch(`/repos/${repository}/issues/comments/${id}`, { body });
      return { action: "updated", url: changed.html_url ?? html_url };
    } catch (error) {
      const isGone = error instanceof GitHubError && !error.isTemporary && (error.status === 403 || error.status === 404);
      if (!isGone) throw error;
    }
  }
  return null;
}
async function findOwn({ github, repository, number, marker }) {
  const path = `/repos/${repository}/issues/${number}/comments`;
  let isOwn;
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const comments = await github.get(`${path}?per_page=${PER_PAGE}&page=${page}`);
    const marked = comments.filter(({ body }) => (body ?? "").trimEnd().endsWith(marker));
    if (marked.length > 0) isOwn ??= await ownAccount(github);
    const own = isOwn === void 0 ? [] : marked.filter(isOwn);
    if (own.length > 0 || comments.length < PER_PAGE) return own;
  }
  return [];
}
async function ownAccount(github) {
  try {
    const { login } = await github.get("/user");
    return ({ user }) => user?.login !== void 0 && user.login === login;
  } catch (error) {
    if (!(error instanceof GitHubError) || error.isTemporary || error.isUncertain) throw error;
    return ({ user }) => user?.type === "Bot" || user?.login?.endsWith("[bot]") === true;
  }
}
var unix = (text) => text.replaceAll("\r\n", "\n").trimEnd();

// src/present/show-comment.ts
async function tryShowComment(place, body) {
  try {
    const { action, url } = await showComment(place, body);
    return { note: `Comment ${action}${url === null ? "" : `: ${url}`}`, shown: true };
  } catch (error) {
    if (error instanceof ActionError) throw error;
    return { note: `No comment on the pull request: ${reasonOf3(error)}`, shown: false };
  }
}
function reasonOf3(error) {
  if (!(error instanceof GitHubError)) return `GitHub's response is not understood (${error.message}).`;
  const { status, message, acceptedPermissions, isTemporary } = error;
  if (isTemporary) return message;
  if (status === 401) return "github-token is not valid. Leave the input out to use the token of the workflow.";
  if (status === 403 || status === 404) {
    const accepted = acceptedPermissions === null ? "" : ` (GitHub accepts ${acceptedPermissions})`;
    return `the permission \`pull-requests: write\` is missing${accepted}. Add it under \`permissions:\` of the job. Pull requests of forks and of Dependabot always get a read-only token.`;
  }
  return message;
}

// src/present/present-report.ts
async function presentReport(report, options) {
  const { outputs, environment, requested } = options;
  setOutputs(outputs, report, join(environment.temporaryFolder, `commandcenter-${requested.job.id}.sarif`));
  annotateFindings(report, requested.subject.isOwn);
  const note = await comment(report, options);
  if (note !== null) annotate("notice", note, { title: "No comment" });
  addReportSummary(outputs, report, note === null ? [] : [note]);
  sayResult(report, options.inputs);
}
function setOutputs(outputs, report, sarifFile) {
  const { summary, critical_issues, report_url } = report.result;
  outputs.set("status", "completed");
  outputs.set("summary", summary);
  outputs.set("critical-issues", String(critical_issues));
  if (report_url !== null) outputs.set("report-url", report_url);
  try {
    writeFileSync(sarifFile, JSON.stringify(toSarif(report, { openOnly: true })));
    outputs.set("sarif-file", sarifFile);
  } catch (error) {
    annotate("notice", `The findings could not be written as SARIF: ${error.message}`, {
      title: "No SARIF"
    });
  }
}
async function comment(report, { inputs: inputs2, github, pullRequest, requested }) {
  if (!inputs2.postComment || pullRequest === null) return null;
  if (github === null) return "No comment on the pull request: github-token is empty.";
  const marker = markerOf(inputs2.projectId, requested.subject.repository);
  const { note, shown } = await tryShowComment({ github, ...pullRequest, marker }, commentBody(report, marker));
  if (!shown) return note;
  logLine(note);
  return null;
}
function sayResult(report, { failOn }) {
  const { summary, report_url, complete, engines } = report.result;
  for (const line of summary.split("\n")) if (line.trim() !== "") logLine(line);
  if (report_url !== null) logLine(`Full report: ${report_url}`);
  const others = describeToleratedFailures(report, failOn);
  if (others !== null) annotate("warning", others, { title: "Gate failed" });
  if (!complete && evaluateGate(report, failOn)?.reason !== "incomplete") {
    annotate("warning", describeIncomplete(engines), { title: reasonTitles.incomplete });
  }
}

// src/present/report-link.ts
var chooseReportLink = (wanted, isPublic) => wanted === "auto" && isPublic === true ? "never" : wanted;
async function showReportUrl(url, wanted, create) {
  const isLink = URL.canParse(url) && new URL(url).searchParams.has("signature");
  if (wanted === "never" && isLink) return url.slice(0, url.indexOf("?"));
  return wanted === "always" && !isLink ? await create() : url;
}

// src/runner/environment.ts
import { tmpdir } from "node:os";
function readEnvironment(env) {
  const text = (name) => env[name] ?? "";
  const optional = (name) => text(name) === "" ? null : text(name);
  const idTokenUrl = optional("ACTIONS_ID_TOKEN_REQUEST_URL");
  const requestToken = optional("ACTIONS_ID_TOKEN_REQUEST_TOKEN");
  return {
    workspace: optional("GITHUB_WORKSPACE") ?? process.cwd(),
    repository: text("GITHUB_REPOSITORY"),
    sha: text("GITHUB_SHA"),
    refName: text("GITHUB_REF_NAME"),
    refType: text("GITHUB_REF_TYPE"),
    eventName: text("GITHUB_EVENT_NAME"),
    eventFile: optional("GITHUB_EVENT_PATH"),
    actor: text("GITHUB_ACTOR"),
    apiUrl: (optional("GITHUB_API_URL") ?? "https://api.github.com").replace(/\/+$/, ""),
    stepKey: ["GITHUB_RUN_ID", "GITHUB_RUN_ATTEMPT", "GITHUB_JOB", "GITHUB_ACTION"].map(text).join("/"),
    temporaryFolder: optional("RUNNER_TEMP") ?? tmpdir(),
    outputFile: optional("GITHUB_OUTPUT"),
    summaryFile: optional("GITHUB_STEP_SUMMARY"),
    idToken: idTokenUrl === null || requestToken === null ? null : { url: idTokenUrl, requestToken }
  };
}

// src/runner/event.ts
import { readFileSync } from "node:fs";
var isSha = (value) => typeof value === "string" && /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(value);
var isZero = (sha) => /^0+$/.test(sha);
function readTrigger({ eventFile, eventName, sha }) {
  const event = readEvent(eventFile);
  const pull = child(event, "pull_request");
  const head = child(pull, "head");
  const base = child(pull, "base");
  if (typeof pull?.number === "number" && isSha(head?.sha) && isSha(base?.sha)) {
    const isFork = child(head, "repo")?.full_name !== child(base, "repo")?.full_name;
    return { kind: "pull_request", number: pull.number, headSha: head.sha, baseSha: base.sha, isFork };
  }
  const group = child(event, "merge_group");
  if (isSha(group?.head_sha) && isSha(group?.base_sha)) {
    return { kind: "merge_group", headSha: group.head_sha, baseSha: group.base_sha };
  }
  if (eventName === "push") {
    const { before, after, created, forced, deleted } = event ?? {};
    const comparable = isSha(before) && !isZero(before) && created !== true && forced !== true;
    return {
      kind: "push",
      headSha: isSha(after) && !isZero(after) ? after : sha,
      before: comparable ? before : null,
      deleted: deleted === true
    };
  }
  return eventName === "schedule" ? { kind: "schedule" } : { kind: "other" };
}
function readIsPublic({ eventFile }) {
  const isPrivate = child(readEvent(eventFile), "repository")?.private;
  return typeof isPrivate === "boolean" ? !isPrivate : null;
}
function child(parent, name) {
  const value = parent?.[name];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : void 0;
}
function readEvent(file) {
  if (file === null) return void 0;
  try {
    return child({ event: JSON.parse(readFileSync(file, "utf8")) }, "event");
  } catch {
    return void 0;
  }
}

// src/runner/inputs.ts
var defaultMinutes = { quick: 10, standard: 20, comprehensive: 60 };
var MAX_MINUTES = 360;
var inputOf = (env, name) => (env[`INPUT_${name.toUpperCase()}`] ?? "").trim();
function readInputs(env, canUseOidc) {
  const text = (name) => inputOf(env, name);
  const url = readUrl(text("commandcenter-url"));
  const apiToken = text("api-token");
  if (apiToken === "" && !canUseOidc) {
    throw inputError(
      "api-token",
      "is empty. Set it to a token with the scopes jobs:create and jobs:read, or identify by GitHub's OIDC with `permissions: id-token: write`"
    );
  }
  if (/\s/.test(apiToken)) throw inputError("api-token", "contains white space. Store only the token in the secret");
  const depth = readDepth(text("analysis-depth"));
  return {
    url,
    apiToken: apiToken === "" ? null : apiToken,
    projectId: readId("project-id", text("project-id")),
    repositoryId: text("repository-id") === "" ? null : readId("repository-id", text("repository-id")),
    depth,
    postComment: readSwitch("post-comment", text("post-comment"), true),
    failOn: readFailOn(text("fail-on-errors")),
    reportLink: readReportLink(text("report-link")),
    githubToken: text("github-token") === "" ? null : text("github-token"),
    timeoutMs: readMinutes(text("timeout-minutes"), defaultMinutes[depth]) * 6e4
  };
}
var inputError = (name, problem) => new ActionError("input", `${name} ${problem}.`);
function readUrl(text) {
  const name = "commandcenter-url";
  if (text === "")
    throw inputError(
      name,
      "is empty. Set it to the address of your CommandCenter, for example https://commandcenter.example.org"
    );
  const url = URL.canParse(text) ? new URL(text) : void 0;
  if (url === void 0 || url.protocol !== "https:" && url.protocol !== "http:") {
    throw inputError(
      name,
      "is not an address that starts with https://, for example https://commandcenter.example.org"
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw inputError(name, "contains a user name or password. Remove it, because api-token identifies the workflow");
  }
  if (url.search !== "" || url.hash !== "") throw inputError(name, `has a query or a fragment. Use ${url.origin}`);
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "").replace(/\/(?:api(?:\/v\d+)?|docs)$/, "");
}
function readId(name, text) {
  if (text === "") throw inputError(name, "is empty. Set it to the number that CommandCenter shows, for example 1");
  const id = Number(text);
  if (/^\d{1,10}$/.test(text) && id >= 1 && id <= 2147483647) return id;
  throw inputError(name, "is not a number, for example 1");
}
function readDepth(text) {
  if (text === "") return "standard";
  if (text === "quick" || text === "standard" || text === "comprehensive") return text;
  throw inputError("analysis-depth", `is ${JSON.stringify(text.slice(0, 50))}. Use quick, standard or comprehensive`);
}
function readSwitch(name, text, fallback) {
  if (text === "") return fallback;
  if (/^(true|True|TRUE)$/.test(text)) return true;
  if (/^(false|False|FALSE)$/.test(text)) return false;
  throw inputError(name, `is ${JSON.stringify(text.slice(0, 50))}. Use 'true' or 'false'`);
}
function readFailOn(text) {
  if (text === "gate") return "gate";
  try {
    return readSwitch("fail-on-errors", text, false) ? "critical" : "nothing";
  } catch {
    throw inputError("fail-on-errors", `is ${JSON.stringify(text.slice(0, 50))}. Use 'true', 'false' or 'gate'`);
  }
}
function readReportLink(text) {
  if (text === "") return "auto";
  if (text === "auto" || text === "always" || text === "never") return text;
  throw inputError("report-link", `is ${JSON.stringify(text.slice(0, 50))}. Use auto, always or never`);
}
function readMinutes(text, fallback) {
  if (text === "") return fallback;
  const minutes = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && minutes > 0 && minutes <= MAX_MINUTES) return minutes;
  throw inputError(
    "timeout-minutes",
    `is ${JSON.stringify(text.slice(0, 50))}. Use a number of minutes up to ${MAX_MINUTES}`
  );
}

// src/runner/outputs.ts
import { randomUUID } from "node:crypto";
import { appendFileSync, statSync } from "node:fs";
var SUMMARY_LIMIT_BYTES = 1024 * 1024;
var OUTPUT_LIMIT_BYTES2 = 64 * 1024;
function openOutputs({ outputFile, summaryFile }) {
  const summaryRoom = () => summaryFile === null ? 0 : SUMMARY_LIMIT_BYTES - (statSync(summaryFile, { throwIfNoEntry: false })?.size ?? 0) - 1;
  const names = /* @__PURE__ */ new Set();
  return {
    has: (name) => names.has(name),
    set(name, value) {
      names.add(name);
      if (outputFile === null) return;
      const end = `end-${randomUUID()}`;
      appendFileSync(outputFile, `${name}<<${end}
${cutBytes(value, OUTPUT_LIMIT_BYTES2)}
${end}
`);
    },
    addSummary(markdown) {
      if (summaryFile === null || Buffer.byteLength(markdown) > summaryRoom()) return;
      try {
        appendFileSync(summaryFile, `${markdown}
`);
      } catch (error) {
        logLine(`The job's summary could not be written: ${error.message}`);
      }
    },
    summaryRoom
  };
}
function cutBytes(text, most) {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  return new TextDecoder().decode(bytes.subarray(0, most)).replace(/\ufffd+$/, "");
}

// ../../../node_modules/openapi-fetch/dist/index.mjs
var PATH_PARAM_RE = /\{[^{}]+\}/g;
var supportsRequestInitExt = () => {
  return typeof process === "object" && Number.parseInt(process?.versions?.node?.substring(0, 2)) >= 18 && process.versions.undici;
};
function randomID() {
  return Math.random().toString(36).slice(2, 11);
}
function createClient(clientOptions) {
  let {
    baseUrl = "",
    Request: CustomRequest = globalThis.Request,
    fetch: baseFetch = globalThis.fetch,
    querySerializer: globalQuerySerializer,
    bodySerializer: globalBodySerializer,
    pathSerializer: globalPathSerializer,
    headers: baseHeaders,
    requestInitExt = void 0,
    ...baseOptions
  } = { ...clientOptions };
  requestInitExt = supportsRequestInitExt() ? requestInitExt : void 0;
  baseUrl = removeTrailingSlash(baseUrl);
  const globalMiddlewares = [];
  async function coreFetch(schemaPath, fetchOptions) {
    const {
      baseUrl: localBaseUrl,
      fetch: fetch2 = baseFetch,
      Request: Request2 = CustomRequest,
      headers,
      params = {},
      parseAs = "json",
      querySerializer: requestQuerySerializer,
      bodySerializer = globalBodySerializer ?? defaultBodySerializer,
      pathSerializer: requestPathSerializer,
      body,
      middleware: requestMiddlewares = [],
      ...init
    } = fetchOptions || {};
    let finalBaseUrl = baseUrl;
    if (localBaseUrl) {
      finalBaseUrl = removeTrailingSlash(localBaseUrl) ?? baseUrl;
    }
    let querySerializer = typeof globalQuerySerializer === "function" ? globalQuerySerializer : createQuerySerializer(globalQuerySerializer);
    if (requestQuerySerializer) {
      querySerializer = typeof requestQuerySerializer === "function" ? requestQuerySerializer : createQuerySerializer({
        ...typeof globalQuerySerializer === "object" ? globalQuerySerializer : {},
        ...requestQuerySerializer
      });
    }
    const pathSerializer = requestPathSerializer || globalPathSerializer || defaultPathSerializer;
    const serializedBody = body === void 0 ? void 0 : bodySerializer(
      body,
      // Note: we declare mergeHeaders() both here and below because it’s a bit of a chicken-or-egg situation:
      // bodySerializer() needs all headers so we aren’t dropping ones set by the user, however,
      // the result of this ALSO sets the lowest-priority content-type header. So we re-merge below,
      // setting the content-type at the very beginning to be overwritten.
      // Lastly, based on the way headers work, it’s not a simple “present-or-not” check becauase null intentionally un-sets headers.
      mergeHeaders(baseHeaders, headers, params.header)
    );
    const finalHeaders = mergeHeaders(
      // with no body, we should not to set Content-Type
      serializedBody === void 0 || // if serialized body is FormData; browser will correctly set Content-Type & boundary expression
      serializedBody instanceof FormData ? {} : {
        "Content-Type": "application/json"
      },
      baseHeaders,
      headers,
      params.header
    );
    const finalMiddlewares = [...globalMiddlewares, ...requestMiddlewares];
    const requestInit = {
      redirect: "follow",
      ...baseOptions,
      ...init,
      body: serializedBody,
      headers: finalHeaders
    };
    let id;
    let options;
    let request = new Request2(
      createFinalURL(schemaPath, { baseUrl: finalBaseUrl, params, querySerializer, pathSerializer }),
      requestInit
    );
    let response;
    for (const key in init) {
      if (!(key in request)) {
        request[key] = init[key];
      }
    }
    if (finalMiddlewares.length) {
      id = randomID();
      options = Object.freeze({
        baseUrl: finalBaseUrl,
        fetch: fetch2,
        parseAs,
        querySerializer,
        bodySerializer,
        pathSerializer
      });
      for (const m of finalMiddlewares) {
        if (m && typeof m === "object" && typeof m.onRequest === "function") {
          const result = await m.onRequest({
            request,
            schemaPath,
            params,
            options,
            id
          });
          if (result) {
            if (result instanceof Request2) {
              request = result;
            } else if (result instanceof Response) {
              response = result;
              break;
            } else {
              throw new Error("onRequest: must return new Request() or Response() when modifying the request");
            }
          }
        }
      }
    }
    if (!response) {
      try {
        response = await fetch2(request, requestInitExt);
      } catch (error2) {
        let errorAfterMiddleware = error2;
        if (finalMiddlewares.length) {
          for (let i = finalMiddlewares.length - 1; i >= 0; i--) {
            const m = finalMiddlewares[i];
            if (m && typeof m === "object" && typeof m.onError === "function") {
              const result = await m.onError({
                request,
                error: errorAfterMiddleware,
                schemaPath,
                params,
                options,
                id
              });
              if (result) {
                if (result instanceof Response) {
                  errorAfterMiddleware = void 0;
                  response = result;
                  break;
                }
                if (result instanceof Error) {
                  errorAfterMiddleware = result;
                  continue;
                }
                throw new Error("onError: must return new Response() or instance of Error");
              }
            }
          }
        }
        if (errorAfterMiddleware) {
          throw errorAfterMiddleware;
        }
      }
      if (finalMiddlewares.length) {
        for (let i = finalMiddlewares.length - 1; i >= 0; i--) {
          const m = finalMiddlewares[i];
          if (m && typeof m === "object" && typeof m.onResponse === "function") {
            const result = await m.onResponse({
              request,
              response,
              schemaPath,
              params,
              options,
              id
            });
            if (result) {
              if (!(result instanceof Response)) {
                throw new Error("onResponse: must return new Response() when modifying the response");
              }
              response = result;
            }
          }
        }
      }
    }
    const contentLength = response.headers.get("Content-Length");
    if (response.status === 204 || request.method === "HEAD" || contentLength === "0" && !response.headers.get("Transfer-Encoding")?.includes("chunked")) {
      return response.ok ? { data: void 0, response } : { error: void 0, response };
    }
    if (response.ok) {
      const getResponseData = async () => {
        if (parseAs === "stream") {
          return response.body;
        }
        if (parseAs === "json" && !contentLength) {
          const raw = await response.text();
          return raw ? JSON.parse(raw) : void 0;
        }
        return await response[parseAs]();
      };
      return { data: await getResponseData(), response };
    }
    let error = await response.text();
    try {
      error = JSON.parse(error);
    } catch {
    }
    return { error, response };
  }
  return {
    request(method, url, init) {
      return coreFetch(url, { ...init, method: method.toUpperCase() });
    },
    /** Call a GET endpoint */
    GET(url, init) {
      return coreFetch(url, { ...init, method: "GET" });
    },
    /** Call a PUT endpoint */
    PUT(url, init) {
      return coreFetch(url, { ...init, method: "PUT" });
    },
    /** Call a POST endpoint */
    POST(url, init) {
      return coreFetch(url, { ...init, method: "POST" });
    },
    /** Call a DELETE endpoint */
    DELETE(url, init) {
      return coreFetch(url, { ...init, method: "DELETE" });
    },
    /** Call a OPTIONS endpoint */
    OPTIONS(url, init) {
      return coreFetch(url, { ...init, method: "OPTIONS" });
    },
    /** Call a HEAD endpoint */
    HEAD(url, init) {
      return coreFetch(url, { ...init, method: "HEAD" });
    },
    /** Call a PATCH endpoint */
    PATCH(url, init) {
      return coreFetch(url, { ...init, method: "PATCH" });
    },
    /** Call a TRACE endpoint */
    TRACE(url, init) {
      return coreFetch(url, { ...init, method: "TRACE" });
    },
    /** Register middleware */
    use(...middleware) {
      for (const m of middleware) {
        if (!m) {
          continue;
        }
        if (typeof m !== "object" || !("onRequest" in m || "onResponse" in m || "onError" in m)) {
          throw new Error("Middleware must be an object with one of `onRequest()`, `onResponse() or `onError()`");
        }
        globalMiddlewares.push(m);
      }
    },
    /** Unregister middleware */
    eject(...middleware) {
      for (const m of middleware) {
        const i = globalMiddlewares.indexOf(m);
        if (i !== -1) {
          globalMiddlewares.splice(i, 1);
        }
      }
    }
  };
}
function serializePrimitiveParam(name, value, options) {
  if (value === void 0 || value === null) {
    return "";
  }
  if (typeof value === "object") {
    throw new Error(
      "Deeply-nested arrays/objects aren\u2019t supported. Provide your own `querySerializer()` to handle these."
    );
  }
  return `${name}=${options?.allowReserved === true ? value : encodeURIComponent(value)}`;
}
function serializeObjectParam(name, value, options) {
  if (!value || typeof value !== "object") {
    return "";
  }
  const values = [];
  const joiner = {
    simple: ",",
    label: ".",
    matrix: ";"
  }[options.style] || "&";
  if (options.style !== "deepObject" && options.explode === false) {
    for (const k in value) {
      values.push(k, options.allowReserved === true ? value[k] : encodeURIComponent(value[k]));
    }
    const final2 = values.join(",");
    switch (options.style) {
      case "form": {
        return `${name}=${final2}`;
      }
      case "label": {
        return `.${final2}`;
      }
      case "matrix": {
        return `;${name}=${final2}`;
      }
      default: {
        return final2;
      }
    }
  }
  for (const k in value) {
    const finalName = options.style === "deepObject" ? `${name}[${k}]` : k;
    values.push(serializePrimitiveParam(finalName, value[k], options));
  }
  const final = values.join(joiner);
  return options.style === "label" || options.style === "matrix" ? `${joiner}${final}` : final;
}
function serializeArrayParam(name, value, options) {
  if (!Array.isArray(value)) {
    return "";
  }
  if (options.explode === false) {
    const joiner2 = { form: ",", spaceDelimited: "%20", pipeDelimited: "|" }[options.style] || ",";
    const final = (options.allowReserved === true ? value : value.map((v) => encodeURIComponent(v))).join(joiner2);
    switch (options.style) {
      case "simple": {
        return final;
      }
      case "label": {
        return `.${final}`;
      }
      case "matrix": {
        return `;${name}=${final}`;
      }
      // case "spaceDelimited":
      // case "pipeDelimited":
      default: {
        return `${name}=${final}`;
      }
    }
  }
  const joiner = { simple: ",", label: ".", matrix: ";" }[options.style] || "&";
  const values = [];
  for (const v of value) {
    if (options.style === "simple" || options.style === "label") {
      values.push(options.allowReserved === true ? v : encodeURIComponent(v));
    } else {
      values.push(serializePrimitiveParam(name, v, options));
    }
  }
  return options.style === "label" || options.style === "matrix" ? `${joiner}${values.join(joiner)}` : values.join(joiner);
}
function createQuerySerializer(options) {
  return function querySerializer(queryParams) {
    const search = [];
    if (queryParams && typeof queryParams === "object") {
      for (const name in queryParams) {
        const value = queryParams[name];
        if (value === void 0 || value === null) {
          continue;
        }
        if (Array.isArray(value)) {
          if (value.length === 0) {
            continue;
          }
          search.push(
            serializeArrayParam(name, value, {
              style: "form",
              explode: true,
              ...options?.array,
              allowReserved: options?.allowReserved || false
            })
          );
          continue;
        }
        if (typeof value === "object") {
          search.push(
            serializeObjectParam(name, value, {
              style: "deepObject",
              explode: true,
              ...options?.object,
              allowReserved: options?.allowReserved || false
            })
          );
          continue;
        }
        search.push(serializePrimitiveParam(name, value, options));
      }
    }
    return search.join("&");
  };
}
function defaultPathSerializer(pathname, pathParams) {
  let nextURL = pathname;
  for (const match of pathname.match(PATH_PARAM_RE) ?? []) {
    let name = match.substring(1, match.length - 1);
    let explode = false;
    let style = "simple";
    if (name.endsWith("*")) {
      explode = true;
      name = name.substring(0, name.length - 1);
    }
    if (name.startsWith(".")) {
      style = "label";
      name = name.substring(1);
    } else if (name.startsWith(";")) {
      style = "matrix";
      name = name.substring(1);
    }
    if (!pathParams || pathParams[name] === void 0 || pathParams[name] === null) {
      continue;
    }
    const value = pathParams[name];
    if (Array.isArray(value)) {
      nextURL = nextURL.replace(match, serializeArrayParam(name, value, { style, explode }));
      continue;
    }
    if (typeof value === "object") {
      nextURL = nextURL.replace(match, serializeObjectParam(name, value, { style, explode }));
      continue;
    }
    if (style === "matrix") {
      nextURL = nextURL.replace(match, `;${serializePrimitiveParam(name, value)}`);
      continue;
    }
    nextURL = nextURL.replace(match, style === "label" ? `.${encodeURIComponent(value)}` : encodeURIComponent(value));
  }
  return nextURL;
}
function defaultBodySerializer(body, headers) {
  if (body instanceof FormData) {
    return body;
  }
  if (headers) {
    const contentType = headers.get instanceof Function ? headers.get("Content-Type") ?? headers.get("content-type") : headers["Content-Type"] ?? headers["content-type"];
    if (contentType === "application/x-www-form-urlencoded") {
      return new URLSearchParams(body).toString();
    }
  }
  return JSON.stringify(body);
}
function createFinalURL(pathname, options) {
  let finalURL = `${options.baseUrl}${pathname}`;
  if (options.params?.path) {
    finalURL = options.pathSerializer(finalURL, options.params.path);
  }
  let search = options.querySerializer(options.params.query ?? {});
  if (search.startsWith("?")) {
    search = search.substring(1);
  }
  if (search) {
    finalURL += `?${search}`;
  }
  return finalURL;
}
function mergeHeaders(...allHeaders) {
  const finalHeaders = new Headers();
  for (const h of allHeaders) {
    if (!h || typeof h !== "object") {
      continue;
    }
    const iterator = h instanceof Headers ? h.entries() : Object.entries(h);
    for (const [k, v] of iterator) {
      if (v === null) {
        finalHeaders.delete(k);
      } else if (Array.isArray(v)) {
        for (const v2 of v) {
          finalHeaders.append(k, v2);
        }
      } else if (v !== void 0) {
        finalHeaders.set(k, v);
      }
    }
  }
  return finalHeaders;
}
function removeTrailingSlash(url) {
  if (url.endsWith("/")) {
    return url.substring(0, url.length - 1);
  }
  return url;
}

// ../../../packages/client/src/problem.ts
function readProblem({ headers }, body) {
  if (!/^application\/problem\+json\b/i.test(headers.get("content-type") ?? "")) return void 0;
  const document = typeof body === "string" ? parse(body) : body;
  if (typeof document !== "object" || document === null) return void 0;
  const { code, detail, errors } = document;
  return {
    ...typeof code === "string" && { code },
    ...typeof detail === "string" && { detail },
    errors: Array.isArray(errors) ? errors.filter(isFieldError) : []
  };
}
function describeProblem({ detail, errors }, status) {
  const reason = detail ?? `The server responded with ${status}.`;
  const fields = errors.map(({ pointer, message }) => `${pointer} ${message.replace(/\.$/, "")}.`);
  return [reason, ...fields.filter((field) => !reason.includes(field))].join(" ");
}
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return void 0;
  }
}
function isFieldError(error) {
  const { pointer, message } = error ?? {};
  return typeof pointer === "string" && typeof message === "string";
}

// ../../../packages/client/src/index.ts
function createClient2({ baseUrl, token, fetch: fetch2 }) {
  return createClient({
    baseUrl: baseUrl.replace(/\/+$/, ""),
    ...token === void 0 ? {} : { headers: { authorization: `Bearer ${token}` } },
    ...fetch2 === void 0 ? {} : { fetch: fetch2 }
  });
}

// src/server/unreachable.ts
function unreachable(url, error) {
  const reason = reasonOf(error);
  const remedy = /CERT|SELF_SIGNED|UNABLE_TO/.test(reason) ? "The runner does not trust its certificate: set NODE_EXTRA_CA_CERTS for this step to the file of your certificate authority" : "Check the address, that the server is running, and that the runner can reach it";
  return new ActionError("server", `commandcenter-url: ${url} cannot be reached (${reason}). ${remedy}.`, {
    cause: error
  });
}
function withoutResponse(url, error) {
  const explained = unreachable(url, error);
  return mayPass(error) ? new TemporaryFailure(explained) : explained;
}

// src/server/identity.ts
var tokenIdentity = (token) => ({
  token: async () => token,
  renew: async () => false
});
var TIMEOUT_MS2 = 3e4;
function oidcIdentity(options) {
  let current;
  return {
    token: () => {
      current ??= exchange(options);
      return current;
    },
    renew: async () => {
      current = exchange(options);
      await current;
      return true;
    }
  };
}
var exchange = (options) => retry(async () => await exchangeOnce(options, await requestIdToken(options)), {
  policy: retryPolicies.token,
  signal: options.signal
});
async function requestIdToken({ url, idToken, signal }) {
  const address = new URL(idToken.url);
  address.searchParams.set("audience", url);
  const headers = { authorization: `Bearer ${idToken.requestToken}`, accept: "application/json" };
  const { response, text } = await call(address.href, { headers }, signal);
  const { status } = response;
  const { value } = readObject(text);
  if (typeof value !== "string") {
    if (isTemporaryStatus(status)) {
      throw new TemporaryFailure(
        new ActionError("server", `GitHub is temporarily unable to issue an id token (${status}).`),
        requestedPauseMs(response)
      );
    }
    throw new ActionError(
      "input",
      `api-token is empty, and GitHub issues no id token (${status}). Set \`permissions: id-token: write\` for the job, or set api-token.`
    );
  }
  mask(value);
  return value;
}
async function exchangeOnce({ url, projectId, signal }, idToken) {
  const { response, text } = await call(
    `${url}/api/v1/tokens/github-oidc`,
    {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": `commandcenter/${version} (action)` },
      body: JSON.stringify({ project_id: projectId, id_token: idToken })
    },
    signal
  );
  const { status } = response;
  const { token } = readObject(text);
  if (status === 201 && typeof token === "string") {
    mask(token);
    return token;
  }
  const problem = readProblem(response, text);
  const detail = problem === void 0 ? "" : ` ${describeProblem(problem, status)}`;
  if (isTemporaryStatus(status)) {
    throw new TemporaryFailure(
      new ActionError(
        "server",
        `commandcenter-url: ${url} is temporarily unable to accept GitHub's OIDC token (${status}).${detail}`
      ),
      requestedPauseMs(response)
    );
  }
  throw new ActionError(
    "input",
    `api-token is empty, and ${url} does not accept this run's OIDC token (${status}).${detail === "" ? " The server may be older than this Action, or not a CommandCenter. Update it, or set api-token." : detail}`
  );
}
async function call(address, init, signal) {
  try {
    const response = await fetch(address, {
      ...init,
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS2)])
    });
    return { response, text: await response.text() };
  } catch (error) {
    signal.throwIfAborted();
    throw withoutResponse(new URL(address).origin, error);
  }
}
function readObject(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

// src/server/server.ts
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";

// src/server/explain-response.ts
var inputs = {
  "/project_id": "project-id",
  "/parameters/repository_id": "repository-id",
  "/parameters/depth": "analysis-depth"
};
async function explainResponse(url, response, body, serverVersion) {
  const { status } = response;
  const problem = readProblem(response, body);
  if (isTemporaryStatus(status)) {
    const reason = problem?.detail === void 0 ? "" : ` ${problem.detail}`;
    return new ActionError("server", `commandcenter-url: ${url} is temporarily unavailable (${status}).${reason}`);
  }
  if (problem === void 0) return notCommandCenter(url, response);
  const detail = describeProblem({ ...problem, errors: [] }, status);
  if (status === 401) {
    return input(
      `api-token: ${detail} It needs the scopes jobs:create and jobs:read, and the secret must contain the whole token.`
    );
  }
  if (status === 403) return input(`api-token: ${detail} The scopes jobs:create and jobs:read are needed.`);
  const field = problem.errors.find(({ pointer }) => pointer in inputs);
  if (field !== void 0) return input(`${inputs[field.pointer]}: ${detail}`);
  const { origin, pathname } = new URL(url);
  if (problem.code === "route.unknown" && pathname !== "/") {
    return input(`commandcenter-url: ${detail} Leave out the path: ${origin}`);
  }
  const description = describeProblem(problem, status);
  if (status === 404 || status === 405 || status === 422 || status === 400) {
    const otherVersion = await serverVersion();
    const versions = otherVersion === null ? `This Action has version ${version}` : `The server has version ${otherVersion}, this Action ${version}`;
    return input(`commandcenter-url: ${description} ${versions}. Update the older one.`);
  }
  return new ActionError("incomplete", description);
}
var input = (message) => new ActionError("input", message);
var isJson = ({ headers }) => /^application\/(?:[\w.+-]+\+)?json\b/i.test(headers.get("content-type") ?? "");
function notCommandCenter(url, response) {
  const type = response.headers.get("content-type")?.split(";")[0] ?? "nothing";
  return input(
    `commandcenter-url: ${url} responds with ${response.status} and ${type}, which CommandCenter does not send. A proxy, a sign-in page or another server is at this address. Set the address of CommandCenter itself.`
  );
}

// src/server/transport.ts
var TIMEOUT_MS3 = 3e4;
var TemporaryResponse = class extends Error {
  response;
  constructor(response) {
    super(`status ${response.status}`);
    this.response = response;
  }
};
function openTransport({ url, identity, signal }) {
  const sendOnce = async (request, timeoutMs) => {
    const headers = new Headers(request.headers);
    headers.set("authorization", `Bearer ${await identity.token()}`);
    headers.set("user-agent", `commandcenter/${version} (action)`);
    const timeLimit = new AbortController();
    const timer = setTimeout(
      () => timeLimit.abort(new DOMException("no response within the time limit", "TimeoutError")),
      timeoutMs
    );
    try {
      return await fetch(request, {
        headers,
        // A redirect would turn a POST into a GET, and send the token to another address.
        redirect: "manual",
        signal: AbortSignal.any([signal, request.signal, timeLimit.signal])
      });
    } catch (error) {
      request.signal.throwIfAborted();
      throw withoutResponse(url, error);
    } finally {
      clearTimeout(timer);
    }
  };
  return async (makeRequest, { timeoutMs = TIMEOUT_MS3, policy = retryPolicies.request } = {}) => {
    let mayRenew = policy.tries > 1;
    const attempt = async () => {
      const response = await sendOnce(makeRequest(), timeoutMs);
      const { status } = response;
      if (status >= 300 && status < 400) throw redirected(url, response);
      if (status === 401 && mayRenew && await identity.renew()) {
        mayRenew = false;
        discard(response);
        return await attempt();
      }
      if (!isTemporaryStatus(status) && !isBusy(response)) return response;
      throw new TemporaryFailure(new TemporaryResponse(response), requestedPauseMs(response));
    };
    const responseOf = (error) => error instanceof TemporaryResponse ? error.response : void 0;
    try {
      return await retry(attempt, { policy, signal, onRetry: (error) => discard(responseOf(error)) });
    } catch (error) {
      const response = responseOf(error);
      if (response === void 0) throw error;
      return response;
    }
  };
}
var discard = (response) => {
  response?.body?.cancel().catch(() => void 0);
};
var isBusy = ({ status, headers }) => status === 409 && headers.has("retry-after");
function redirected(url, { headers, status }) {
  const location = headers.get("location") ?? "";
  const to = URL.canParse(location, url) ? new URL(location, url) : void 0;
  const shown = to === void 0 ? "another address" : to.origin;
  const isSecure = url.startsWith("http://") && to?.protocol === "https:" && to.host.split(":")[0] === new URL(url).hostname;
  return new ActionError(
    "input",
    isSecure ? `commandcenter-url: ${url} redirects to ${shown}. Use that address, because a token is never sent over plain http.` : `commandcenter-url: ${url} redirects to ${shown} (${status}). Redirects are not followed, because they would get the token. Set the address of CommandCenter itself, behind any sign-in page.`
  );
}

// src/server/server.ts
var UPLOAD_TIMEOUT_MS = 15 * 6e4;
var DOCUMENT_TIMEOUT_MS = 2 * 6e4;
function openServer(options) {
  const { url } = options;
  const send = openTransport(options);
  const serverVersion = async () => {
    try {
      const health = await (await send(() => new Request(`${url}/api/v1/health`), { policy: retryPolicies.once })).json();
      return health.version ?? null;
    } catch {
      return null;
    }
  };
  const fail = async (response, body) => {
    throw await explainResponse(url, response, body, serverVersion);
  };
  const readText = async (response) => {
    try {
      return await response.text();
    } catch (error) {
      options.signal.throwIfAborted();
      throw unreachable(url, error);
    }
  };
  const readJsonResponse = async (response) => {
    const text = await readText(response);
    if (!response.ok) return await fail(response, text);
    if (!isJson(response)) throw notCommandCenter(url, response);
    try {
      JSON.parse(text);
    } catch {
      throw notCommandCenter(url, response);
    }
    return new Response(text, response);
  };
  const client = createClient2({
    baseUrl: url,
    fetch: async (request) => readJsonResponse(await send(() => request.clone()))
  });
  const jobOf = ({ data }) => {
    if (typeof data?.id === "number" && typeof data.status === "string") return data;
    throw new ActionError(
      "input",
      `commandcenter-url: ${url} did not return a job. Check that it is the address of CommandCenter.`
    );
  };
  const document = (path) => send(() => new Request(`${url}${path}`, { signal: options.signal }), { timeoutMs: DOCUMENT_TIMEOUT_MS });
  return {
    async createJob(body, idempotencyKey) {
      const params = { header: { "Idempotency-Key": idempotencyKey } };
      const result = await client.POST("/api/v1/jobs", { body, params });
      return { job: jobOf(result), created: result.response.status === 201 };
    },
    getJob: async (id) => jobOf(await client.GET("/api/v1/jobs/{id}", { params: { path: { id } } })),
    async cancelJob(id, { timeoutMs }) {
      const sendWithOwnSignal = openTransport({ ...options, signal: AbortSignal.timeout(timeoutMs) });
      const response = await sendWithOwnSignal(
        () => new Request(`${url}/api/v1/jobs/${id}/cancel`, { method: "POST" }),
        {
          policy: retryPolicies.once
        }
      );
      await response.body?.cancel();
    },
    async openEvents(id, after, signal) {
      const response = await send(
        () => new Request(`${url}/api/v1/jobs/${id}/events`, {
          headers: { accept: "text/event-stream", ...after === null ? {} : { "last-event-id": after } },
          signal
        }),
        { policy: retryPolicies.once }
      );
      if (response.status === 204) return null;
      const type = response.headers.get("content-type") ?? "";
      if (response.ok && response.body !== null && type.startsWith("text/event-stream")) return response.body;
      await response.body?.cancel();
      throw new Error(`no stream: ${response.status} ${type}`);
    },
    async uploadSource(id, file) {
      const { size } = await stat(file);
      const makeRequest = () => new Request(`${url}/api/v1/jobs/${id}/source`, {
        method: "PUT",
        headers: { "content-type": "application/gzip", "content-length": String(size) },
        body: Readable.toWeb(createReadStream(file)),
        duplex: "half",
        signal: options.signal
      });
      const response = await send(makeRequest, { policy: retryPolicies.upload, timeoutMs: UPLOAD_TIMEOUT_MS });
      const wasUploaded = response.status === 409;
      if (!response.ok && !wasUploaded) return await fail(response, await readText(response));
      await response.body?.cancel();
    },
    async getReport(id) {
      const response = await readJsonResponse(await document(`/api/v1/jobs/${id}/report`));
      return await response.json();
    },
    async createReportLink(id) {
      const { data } = await client.POST("/api/v1/jobs/{id}/report-link", { params: { path: { id } } });
      if (data !== void 0) return data.report_url;
      throw new ActionError("server", `commandcenter-url: ${url} returned no address of the report.`);
    }
  };
}

// src/subject.ts
async function chooseSubject({ repository, sha, refName, refType }, trigger, checkout, findMergeBase2) {
  const own = readRepositoryName(repository);
  const chosen = checkout?.repository ?? own;
  if (chosen === null) {
    throw new ActionError(
      "input",
      "repository-id is not set, nothing is checked out, and GITHUB_REPOSITORY names no repository. Run actions/checkout before this step."
    );
  }
  const isOwn = own !== null && isSameRepository(own, chosen);
  const isPush = trigger.kind === "push";
  const commit = checkout?.head ?? (isOwn && sha !== "" ? sha : null);
  const plain = {
    repository: chosen,
    commit,
    base: null,
    branch: isOwn && refType === "branch" && commit === sha && refName !== "" ? refName : null,
    pullRequest: null,
    isOwn,
    fresh: trigger.kind === "schedule"
  };
  if (!isOwn) return plain;
  if (trigger.kind === "pull_request") {
    const { number, headSha, baseSha } = trigger;
    const base = await findMergeBase2(baseSha, headSha);
    return { ...plain, commit: headSha, base, branch: null, pullRequest: number };
  }
  if (trigger.kind === "merge_group") return { ...plain, commit: trigger.headSha, base: trigger.baseSha, branch: null };
  if (isPush && trigger.deleted) return null;
  if (isPush && commit === trigger.headSha) return { ...plain, base: trigger.before };
  return plain;
}

// src/upload-source.ts
import { rm } from "node:fs/promises";
import { join as join3 } from "node:path";

// src/checkout/fetch-commit.ts
async function fetchCommit(folder, sha, githubToken) {
  const args = ["fetch", "--no-tags", "--no-recurse-submodules", "--quiet", "--depth=1", "origin", sha];
  if (await git(folder, args) !== null) return true;
  const remote = (await git(folder, ["config", "--get", "remote.origin.url"]))?.trim() ?? "";
  if (githubToken === null || !URL.canParse(remote) || !remote.startsWith("https://")) return false;
  const header = `http.${new URL(remote).origin}/.extraheader`;
  const basic = Buffer.from(`x-access-token:${githubToken}`).toString("base64");
  const credential = [
    [header, ""],
    [header, `AUTHORIZATION: basic ${basic}`]
  ];
  return await git(folder, args, credential) !== null;
}

// src/checkout/source-archive.ts
var import_tar_stream = __toESM(require_tar_stream(), 1);
import { createWriteStream } from "node:fs";
import { lstat, readdir, readFile, stat as stat2 } from "node:fs/promises";
import { join as join2 } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
var LARGE_BYTES = 50 * 1024 * 1024;
var MAX_FILES = 1e5;
var MAX_ARCHIVE_BYTES = 256 * 1024 * 1024;
var SHOWN = 5;
var notSource = /* @__PURE__ */ new Set([".git", "node_modules"]);
async function packSource({
  workspace,
  heads,
  base,
  file,
  fetchCommit: fetchCommit2
}) {
  const skipped = { large: [], largeCount: 0, links: 0, submodules: 0, ignored: [] };
  const tar = (0, import_tar_stream.pack)();
  const written = pipeline(
    tar,
    createGzip(),
    createWriteStream(file, { mode: 384 })
  );
  let files = 0;
  let hasBase = false;
  let head = null;
  const fill = async () => {
    if (heads === null) files += await packFolder(tar, workspace, skipped);
    else {
      head = await findFirstAvailable(workspace, heads, fetchCommit2);
      if (head === null) {
        throw new ActionError(
          "incomplete",
          `The server cannot read the repository, and commit ${heads[0]} is not in the checkout. Set \`fetch-depth: 0\` for actions/checkout, so that the commit can be uploaded.`
        );
      }
      files += await packCommit(tar, workspace, head, "head", skipped);
      if (base !== null && await isAvailable(workspace, base, fetchCommit2)) {
        files += await packCommit(tar, workspace, base, "base", skipped);
        hasBase = true;
      }
    }
    tar.finalize();
  };
  await Promise.all([
    written,
    fill().catch((error) => {
      tar.destroy(error);
      throw error;
    })
  ]);
  if (files === 0) {
    throw new ActionError(
      "incomplete",
      "The server cannot read the repository, and there is no checkout to upload. Run actions/checkout before this step."
    );
  }
  const { size: bytes } = await stat2(file);
  if (bytes > MAX_ARCHIVE_BYTES) {
    throw new ActionError(
      "incomplete",
      `The packed source has ${formatSize(bytes)}, and the server accepts at most ${formatSize(MAX_ARCHIVE_BYTES)}. Connect a GitHub integration that may read the repository, so that the server fetches it itself.`
    );
  }
  return { file, bytes, head, hasBase, files, skipped };
}
function formatSize(bytes) {
  return bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KiB` : `${Math.ceil(bytes / 1024 / 1024)} MiB`;
}
async function findFirstAvailable(workspace, shas, fetchCommit2) {
  for (const sha of shas) if (await isAvailable(workspace, sha, fetchCommit2)) return sha;
  return null;
}
async function isAvailable(workspace, sha, fetchCommit2) {
  const exists = async () => await git(workspace, ["cat-file", "-e", `${sha}^{tree}`]) !== null;
  return await exists() || await fetchCommit2(sha) && await exists();
}
async function packCommit(tar, workspace, sha, folder, skipped) {
  const listing = await git(workspace, ["ls-tree", "-r", "-z", "-l", "--full-tree", sha]);
  if (listing === null) throw new ActionError("incomplete", `git cannot list the files of commit ${sha}.`);
  const blobs = [];
  for (const line of listing.split("\0")) {
    const [, mode = "", type, id = "", size = "", path = ""] = /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t([\s\S]+)$/.exec(line) ?? [];
    if (mode === "120000") skipped.links += 1;
    if (type === "commit") skipped.submodules += 1;
    if (type !== "blob" || mode === "120000") continue;
    if (isLarge(Number(size), path, skipped)) continue;
    blobs.push({ id, path, mode: mode === "100755" ? 493 : 420 });
  }
  assertFileCount(blobs.length);
  let index = 0;
  for await (const bytes of readBlobs(
    workspace,
    blobs.map(({ id }) => id)
  )) {
    const { path = "", mode = 420 } = blobs[index] ?? {};
    await addFile(tar, `${folder}/${path}`, mode, bytes);
    index += 1;
  }
  return blobs.length;
}
async function packFolder(tar, root, skipped) {
  let files = 0;
  const walk = async (folder) => {
    const entries = await readdir(join2(root, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (notSource.has(entry.name)) {
        if (entry.name !== ".git" && skipped.ignored.length < SHOWN) skipped.ignored.push(path);
      } else if (entry.isDirectory()) await walk(path);
      else if (entry.isSymbolicLink()) skipped.links += 1;
      else if (entry.isFile()) {
        const { size, mode } = await lstat(join2(root, path));
        if (isLarge(size, path, skipped)) continue;
        files += 1;
        assertFileCount(files);
        await addFile(tar, `head/${path}`, mode & 511, await readFile(join2(root, path)));
      }
    }
  };
  await walk("");
  return files;
}
function isLarge(size, path, skipped) {
  if (size <= LARGE_BYTES) return false;
  skipped.largeCount += 1;
  if (skipped.large.length < SHOWN) skipped.large.push(path);
  return true;
}
function assertFileCount(files) {
  if (files <= MAX_FILES) return;
  throw new ActionError(
    "incomplete",
    `The repository has more than ${MAX_FILES.toLocaleString("en")} files, which is the limit for an upload. Connect a GitHub integration that may read it, so that the server fetches it itself.`
  );
}
function addFile(tar, name, mode, bytes) {
  return new Promise((resolve, reject) => {
    tar.entry(
      { name, mode, size: bytes.length, mtime: /* @__PURE__ */ new Date(0) },
      bytes,
      (error) => error ? reject(error) : resolve()
    );
  });
}

// src/upload-source.ts
async function uploadSource(job, options) {
  const { server, environment, checkout, subject, githubToken } = options;
  const available = checkout?.repository ?? readRepositoryName(environment.repository);
  const { owner, name } = subject.repository;
  if (available !== null && !isSameRepository(available, subject.repository)) {
    throw new ActionError(
      "incomplete",
      `The server cannot read ${owner}/${name}, and it cannot be uploaded because another repository is checked out. Check it out before this step, or connect a GitHub integration that may read it.`
    );
  }
  logLine(`The server cannot read the repository itself: ${job.error?.detail ?? "no reason given"}`);
  const file = join3(environment.temporaryFolder, `commandcenter-source-${job.id}.tar.gz`);
  try {
    const archive = await packSource({
      workspace: environment.workspace,
      heads: checkout === null ? null : headCandidates(subject, checkout, environment),
      base: checkout === null ? null : subject.base,
      file,
      fetchCommit: (sha) => fetchCommit(environment.workspace, sha, githubToken)
    });
    logLine(
      `Uploading the checkout: ${archive.files} files${archive.hasBase ? " with the base" : ""}, ${formatSize(archive.bytes)}`
    );
    for (const line of describeSkipped(archive.skipped)) logLine(line);
    if (archive.head !== null && subject.commit !== null && archive.head !== subject.commit) {
      annotate(
        "warning",
        `Commit ${subject.commit} is not in the checkout and cannot be fetched. GitHub's merge commit is analyzed instead, in which lines may differ. Set \`fetch-depth: 0\` for actions/checkout.`
      );
    }
    if (subject.base !== null && !archive.hasBase) {
      annotate(
        "warning",
        `The base commit ${subject.base} is not in the checkout and cannot be fetched, so everything counts as new. Set \`fetch-depth: 0\` for actions/checkout.`
      );
    }
    await server.uploadSource(job.id, file);
  } finally {
    await rm(file, { force: true });
  }
}
function headCandidates({ commit, pullRequest }, { head }, { eventName, sha }) {
  if (commit === null) return [head];
  const isMerge = pullRequest !== null && eventName === "pull_request" && head === sha;
  return isMerge ? [commit, head] : [commit];
}
function describeSkipped({ large, largeCount, links, submodules, ignored }) {
  return [
    ...largeCount > 0 ? [`Skipped, too large: ${largeCount} files, such as ${large.join(", ")}`] : [],
    ...links > 0 ? [`Skipped: ${links} symbolic links`] : [],
    ...submodules > 0 ? [`Skipped: ${submodules} submodules`] : [],
    ...ignored.length > 0 ? [`Skipped, installed dependencies: ${ignored.join(", ")}`] : []
  ];
}

// src/run.ts
async function run(env, cancelled2) {
  const environment = readEnvironment(env);
  const canUseOidc = environment.idToken !== null;
  const secrets = [inputOf(env, "api-token"), inputOf(env, "github-token"), environment.idToken?.requestToken ?? ""];
  for (const secret of secrets) mask(secret);
  const outputs = openOutputs(environment);
  const trigger = readTrigger(environment);
  const missing = findEmptySecrets(env, canUseOidc);
  if (missing.length > 0 && isWithoutSecrets(environment, trigger)) return endWithoutSecrets(outputs, missing);
  try {
    const inputs2 = readInputs(env, canUseOidc);
    const reportLink = chooseReportLink(inputs2.reportLink, readIsPublic(environment));
    await analyze({ environment, outputs, trigger, inputs: { ...inputs2, reportLink }, cancelled: cancelled2 });
  } catch (error) {
    if (!outputs.has("status")) outputs.set("status", "failed");
    throw error;
  }
}
async function analyze({ environment, outputs, trigger, inputs: inputs2, cancelled: cancelled2 }) {
  const { workspace, repository: ownName } = environment;
  const { url, githubToken } = inputs2;
  const deadline = AbortSignal.timeout(inputs2.timeoutMs);
  const server = openServer({ url, identity: openIdentity(inputs2, environment, cancelled2), signal: cancelled2 });
  const github = githubToken === null ? null : openGitHub(environment.apiUrl, githubToken, cancelled2);
  const checkout = await openCheckout(workspace);
  const subject = await chooseSubject(
    environment,
    trigger,
    checkout,
    (base, head) => findMergeBase({ workspace, repository: ownName, github }, base, head)
  );
  if (subject === null) return logLine("The branch was deleted, so there is nothing to analyze.");
  const requested = await requestAnalysis(server, inputs2, subject, environment.stepKey);
  outputs.set("job-id", String(requested.job.id));
  const report = await obtainReport(requested, {
    server,
    cancelled: cancelled2,
    deadline,
    timeout: timedOut(inputs2, requested.job.id),
    reportLink: inputs2.reportLink,
    provideSource: (job) => uploadSource(job, { server, environment, checkout, subject: requested.subject, githubToken })
  }).catch((error) => {
    if (cancelled2.aborted) throw error;
    return toNoResultError(error);
  });
  if (report instanceof NoResultError) return endWithoutResult(outputs, inputs2, report);
  const pullRequest = trigger.kind === "pull_request" ? { repository: ownName, number: trigger.number } : null;
  await presentReport(report, { outputs, environment, inputs: inputs2, requested, github, pullRequest });
  const failure = evaluateGate(report, inputs2.failOn);
  if (failure !== null) throw failure;
}
function openIdentity({ url, projectId, apiToken }, { idToken }, signal) {
  if (apiToken === null && idToken !== null) return oidcIdentity({ url, projectId, idToken, signal });
  return tokenIdentity(apiToken ?? "");
}
function endWithoutSecrets(outputs, missing) {
  const note = `${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} empty, because GitHub gives no secrets to pull requests of forks and of Dependabot. Nothing was analyzed, and the change is not to blame.`;
  annotate("notice", note, { title: "No analysis" });
  addNoteSummary(outputs, "no analysis", note);
}
function findEmptySecrets(env, canUseOidc) {
  const names = ["commandcenter-url", "project-id", ...canUseOidc ? [] : ["api-token"]];
  return names.filter((name) => inputOf(env, name) === "");
}
var isWithoutSecrets = ({ eventName, actor }, trigger) => actor === "dependabot[bot]" || trigger.kind === "pull_request" && trigger.isFork && eventName !== "pull_request_target";
async function obtainReport(requested, options) {
  const { server, timeout, reportLink } = options;
  const job = await awaitJob(requested, options);
  if (job === null) throw timeout;
  if (job.status !== "completed") {
    const reason = job.error === null ? "" : ` ${job.error.detail} ${job.error.remedy ?? ""}`.trimEnd();
    throw new NoResultError(
      "failed",
      `Job ${job.id} ${job.status === "cancelled" ? "was cancelled" : "failed"}.${reason}`
    );
  }
  const report = await server.getReport(job.id);
  if (!isReport(report)) {
    throw new ActionError(
      "input",
      "commandcenter-url: the server is newer than this Action, which cannot read its report. Update the Action."
    );
  }
  const url = job.result?.report_url ?? report.result.report_url;
  if (url !== null)
    report.result.report_url = await showReportUrl(url, reportLink, () => createLink(job.id, url, options));
  return report;
}
async function createLink(jobId, url, { server, cancelled: cancelled2 }) {
  try {
    return await server.createReportLink(jobId);
  } catch (error) {
    if (cancelled2.aborted || !(error instanceof ActionError)) throw error;
    annotate("notice", `The link to the report needs a token: ${error.message}`, {
      title: "No link"
    });
    return url;
  }
}
var isReport = (report) => Array.isArray(report?.findings) && Array.isArray(report.result?.engines) && Array.isArray(report.result.gate?.conditions) && Array.isArray(report.facts?.languages) && typeof report.repository?.name === "string";

// src/main.ts
var cancelled = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => cancelled.abort(new ActionError("incomplete", "The workflow was cancelled.")));
}
try {
  await run(process.env, cancelled.signal);
} catch (error) {
  const failure = error instanceof ActionError ? error : void 0;
  const message = failure?.message ?? `This is a bug of the Action, not of your workflow: ${error?.stack ?? error}`;
  annotate("error", message, { title: failure === void 0 ? "Bug of the Action" : reasonTitles[failure.reason] });
  process.exitCode = failure === void 0 ? 1 : exitCodes[failure.reason];
}
process.stdout.write("", () => process.exit());
