export { AttendancePage } from "./history";
export { RoomForm } from "./RoomForm";
export { RoomSettingsPage } from "./RoomSettingsPage";
