// Drop zone: <form class="drop" data-upload data-max-mb="10" data-refresh="#files">
// with one file input. Files go one after another, each with its own progress and
// answer; a detached signature (.p7s, .sig) goes with the file it is named after.
// Then the part of the page named by data-refresh is read anew.
(function () {
  const sizeOf = (parcel) => parcel.reduce((sum, file) => sum + file.size, 0);

  function size(parcel) {
    const kilobytes = Math.ceil(sizeOf(parcel) / 1024);
    if (kilobytes < 1024) return kilobytes + "\u00a0КБ";
    return (kilobytes / 1024).toLocaleString("ru-RU", { maximumFractionDigits: 1 }) + "\u00a0МБ";
  }

  // Every parcel is one POST: a file, or a file and its signature.
  function parcels(files) {
    const bare = (name) => name.replace(/\.(p7s|sig)$/i, "");
    const stem = (name) => bare(name).replace(/\.[^.]+$/, "");
    const signatures = files.filter((file) => bare(file.name) !== file.name);
    const rest = files.filter((file) => !signatures.includes(file)).map((file) => [file]);
    for (const signature of signatures) {
      const parcel = rest.find(([file]) => file.name === bare(signature.name)) || rest.find(([file]) => stem(file.name) === stem(signature.name));
      if (parcel) parcel.push(signature);
      else rest.push([signature]);
    }
    return rest;
  }
  function line(form, parcel) {
    const list = document.querySelector(form.dataset.list || ".uploads");
    const item = document.getElementById("upload").content.firstElementChild.cloneNode(true);
    item.querySelector(".name").textContent = parcel.map((file) => file.name).join(" + ");
    item.querySelector(".size").textContent = size(parcel);
    list.append(item);
    return item;
  }
  function finish(item, ok, words) {
    item.classList.add(ok ? "done" : "bad");
    const use = item.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*$/, ok ? "#check-circle-fill" : "#exclamation-circle-fill"));
    item.querySelector("progress").replaceWith(ok ? "Принят" : "Не принят");
    if (!ok) {
      const error = document.createElement("span");
      error.className = "error";
      error.textContent = words;
      item.append(error);
    }
  }
  function said(xhr) {
    const page = new DOMParser().parseFromString(xhr.responseText || "", "text/html");
    const words = page.querySelector("[data-error-text], .field.bad .error");
    return words ? words.textContent.trim() : "Сервер не принял файл. Попробуйте ещё раз.";
  }
  function send(form, parcel) {
    const item = line(form, parcel);
    const limit = Number(form.dataset.maxMb || 0);
    if (limit && sizeOf(parcel) > limit * 1048576) {
      finish(item, false, `Больше ${limit}\u00a0МБ. Уменьшите разрешение скана (достаточно 200–400\u00a0dpi).`);
      return Promise.resolve(false);
    }
    return new Promise((resolve) => {
      const body = new FormData(form);
      const field = form.querySelector('input[type="file"]');
      body.delete(field.name);
      parcel.forEach((file) => body.append(field.name, file));
      const xhr = new XMLHttpRequest();
      const bar = item.querySelector("progress");
      xhr.upload.onprogress = (event) => {
        if (event.lengthComputable) bar.value = event.loaded / event.total;
      };
      xhr.onload = () => {
        const ok = xhr.status < 400 && new URL(xhr.responseURL).pathname !== "/login";
        finish(item, ok, ok ? "" : said(xhr));
        resolve(ok);
      };
      xhr.onerror = () => {
        finish(item, false, "Нет связи с сервером. Файл не передан.");
        resolve(false);
      };
      xhr.open("POST", form.action);
      const token = document.querySelector('meta[name="csrf-token"]');
      if (token) xhr.setRequestHeader("X-CSRF-Token", token.content);
      xhr.send(body);
    });
  }
  // data-upload="page": one file, sent as the form itself, its answer is the next
  // page. A file that may hold a private key does not even leave the computer.
  function submit(form, files) {
    const field = form.querySelector('input[type="file"]');
    const never = (form.dataset.never || "").split(" ").filter(Boolean);
    const key = files.find((file) => never.some((ext) => file.name.toLowerCase().endsWith(ext)));
    if (key) {
      field.value = "";
      finish(line(form, [key]), false, form.dataset.neverWords);
      return;
    }
    const one = new DataTransfer();
    one.items.add(files[0]);
    field.files = one.files;
    form.requestSubmit();
  }
  async function sendAll(form, files) {
    if (form.dataset.upload === "page") return submit(form, files);
    let accepted = 0;
    for (const parcel of parcels(files)) if (await send(form, parcel)) accepted++;
    form.querySelector('input[type="file"]').value = "";
    const part = form.dataset.refresh;
    if (accepted && part) htmx.ajax("GET", location.href, { target: part, select: part, swap: "morph:outerHTML" });
  }

  const zone = (event) => event.target.closest && event.target.closest("form[data-upload]");
  document.addEventListener("change", (event) => {
    if (zone(event) && event.target.type === "file" && event.target.files.length) sendAll(zone(event), [...event.target.files]);
  });
  ["dragenter", "dragover"].forEach((name) => document.addEventListener(name, (event) => {
    if (!event.dataTransfer || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault(); // a file dropped beside the zone must not replace the page
    document.querySelectorAll("form[data-upload]").forEach((form) => form.classList.toggle("over", form === zone(event)));
  }));
  ["dragleave", "drop"].forEach((name) => document.addEventListener(name, (event) => {
    if (name === "drop") event.preventDefault();
    if (name === "drop" || !event.relatedTarget) document.querySelectorAll(".over").forEach((form) => form.classList.remove("over"));
    if (name === "drop" && zone(event)) sendAll(zone(event), [...event.dataTransfer.files]);
  }));
})();
