import "@fontsource-variable/atkinson-hyperlegible-next/wght.css";
import "./styles/tokens.css";
import "./styles/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { keepToRoom } from "./browser/frame";
import { startI18n } from "./i18n";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
keepToRoom();
const app = createRoot(root);
void startI18n().then(() => {
  app.render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
});
