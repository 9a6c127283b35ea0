export { UsagePage } from "./UsagePage";
