export { RoomEntrance } from "./RoomEntrance";
