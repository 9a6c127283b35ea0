export { AttendancePage } from "./history";
export { RoomSettingsPage } from "./RoomSettingsPage";
