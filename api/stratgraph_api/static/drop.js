// Lets a file be dropped anywhere on a form that sends one. Without this script the form's file field does the same.

const field = document.getElementById("file");
const form = field.form;
const told = document.getElementById("drop-help");

const say = (text) => {
  told.textContent = text;
  told.hidden = false;
};

// Fields for other files, and texts that are dragged into the text field, are left to the browser.
const isOurs = (event) =>
  event.dataTransfer.types.includes("Files") && !event.target.closest("input[type=file]:not(#file)");

for (const name of ["dragenter", "dragover"]) {
  form.addEventListener(name, (event) => {
    const ours = isOurs(event);
    form.classList.toggle("dropping", ours);
    if (ours) event.preventDefault();
  });
}

form.addEventListener("dragleave", (event) => {
  if (!form.contains(event.relatedTarget)) form.classList.remove("dropping");
});

form.addEventListener("drop", (event) => {
  form.classList.remove("dropping");
  if (!isOurs(event)) return;
  event.preventDefault();
  const { files } = event.dataTransfer;
  if (files.length > 1 && !field.multiple) {
    say(`${files.length} files were dropped, and one is sent at a time: drop that one.`);
    return;
  }
  field.files = files;
  say(`Dropped: ${[...files].map((file) => file.name).join(", ")}.`);
});

say("Or drop it anywhere on this form.");
