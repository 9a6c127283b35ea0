export { RoomSettingsPage } from "./RoomSettingsPage";
