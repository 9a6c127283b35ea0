export { Meeting } from "./Meeting";
