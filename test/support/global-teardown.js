export default () => globalThis.endStores?.();
