export { AttendancePage, HistorySection } from "./history";
export { RoomForm } from "./RoomForm";
export { RoomSettingsPage } from "./RoomSettingsPage";
