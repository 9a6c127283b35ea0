export { chime, isChimeOn, setChime } from "./chime";
export { Knocker } from "./Knocker";
export { useDecide, type Decide } from "./useDecide";
export { useLobby, type Lobby } from "./useLobby";
export { WaitingInRooms } from "./WaitingInRooms";
