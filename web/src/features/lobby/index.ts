export { chime, isChimeOn, setChime } from "./chime";
export { Knocker } from "./Knocker";
export { useDecide } from "./useDecide";
export { useKeptFocus } from "./useKeptFocus";
export { useLobby } from "./useLobby";
export { WaitingInRooms } from "./WaitingInRooms";
