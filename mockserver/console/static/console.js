// Copies what a button beside a text says. Everything else works without a script.
"use strict"

function copyable(within) {
  for (const button of within.querySelectorAll("button.copy[hidden]")) button.hidden = false
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button.copy")
  if (!button) return
  const said = button.textContent
  try {
    await navigator.clipboard.writeText(button.dataset.copy)
    button.textContent = "Copied"
  } catch {
    button.textContent = "Select it"
  }
  setTimeout(() => {
    button.textContent = said
  }, 1500)
})

document.addEventListener("htmx:load", (event) => copyable(event.target))
document.addEventListener("DOMContentLoaded", () => copyable(document))
