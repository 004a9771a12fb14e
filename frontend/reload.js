// `./dev watch` appends this to boot.js: loads the page again when the client or the server was built again.
(() => {
  let seen;
  setInterval(async () => {
    const text = await fetch("/reload.txt", { cache: "no-store" }).then((response) => response.text(), () => "");
    const now = /^\d+\s*$/.test(text) ? text : seen;
    if (seen && now !== seen) location.reload();
    seen = now;
  }, 500);
})();
