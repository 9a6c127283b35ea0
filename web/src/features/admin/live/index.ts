export { LivePage } from "./LivePage";
