export { RoomsPage } from "./RoomsPage";
