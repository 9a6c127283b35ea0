export { AttendancePage } from "./AttendancePage";
export { HistorySection } from "./HistorySection";
