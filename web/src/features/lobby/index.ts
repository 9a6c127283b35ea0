export { chime, isChimeOn, setChime } from "./chime";
export { Knocker } from "./Knocker";
export { useDecide, type Decide } from "./useDecide";
export { useKeptFocus } from "./useKeptFocus";
export { useLobby, type Lobby } from "./useLobby";
export { WaitingInRooms } from "./WaitingInRooms";
