export { Holders, Take } from "./Holders";
