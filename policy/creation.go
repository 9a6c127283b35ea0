package policy

import (
	"parvis/auth"
	"parvis/fault"
)

// MayMakeRooms is nil when somebody makes rooms where this counts, alone or with a meeting.
func MayMakeRooms(who auth.Identity, e Effective) error {
	r := e.Of(RoomCreation)
	word := r.Setting.Word(r.Value)
	software := who.Kind == auth.Service
	ok := map[string]bool{
		CreationPeople: true, CreationAgents: software || who.Assurance >= auth.AssuranceAgent,
		CreationAgentsMFA: software || who.Assurance >= auth.AssuranceAgentMFA, CreationSoftware: software,
	}[word]
	if ok {
		return nil
	}
	return fault.Newf(fault.CodePolicyLocked, "rooms are made by %s here", word).At("policy."+string(RoomCreation), r.Reason())
}
