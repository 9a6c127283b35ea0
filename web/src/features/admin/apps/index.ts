export { AppsPage } from "./AppsPage";
