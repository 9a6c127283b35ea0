export { ClaimPage } from "./ClaimPage";
