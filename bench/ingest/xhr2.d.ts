declare module 'xhr2' {
  class XMLHttpRequest {
    setRequestHeader(name: string, value: string): void;
  }
  export = XMLHttpRequest;
}
