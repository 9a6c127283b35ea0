package signin

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
)

// List answers the live sign-ins of who, newest first: all of a person's, the one of a guest. Without secrets.
func (m *Manager) List(ctx context.Context, who auth.Identity) ([]SignIn, error) {
	own, err := ownOf(who)
	if err != nil {
		return nil, err
	}
	list, err := m.store.SignIns(ctx, own, m.now())
	if err != nil {
		return nil, fmt.Errorf("list sign-ins: %w", err)
	}
	list = slices.DeleteFunc(slices.Clone(list), func(s SignIn) bool { return !m.live(ctx, s) })
	for i := range list {
		list[i].SecretHash, list[i].IDToken = nil, nil
	}
	return list, nil
}

// End ends one of who's own sign-ins; fault.NotFound for any other id.
func (m *Manager) End(ctx context.Context, who auth.Identity, id string) error {
	list, err := m.List(ctx, who)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(list, func(s SignIn) bool { return s.ID == id }) {
		return fault.New(fault.CodeNotFound, "you have no such sign-in")
	}
	return m.end(ctx, Selection{ID: id})
}

// EndAll ends every sign-in of who, the present one too.
func (m *Manager) EndAll(ctx context.Context, who auth.Identity) error {
	own, err := ownOf(who)
	if err != nil {
		return err
	}
	return m.end(ctx, own)
}

func ownOf(who auth.Identity) (Selection, error) {
	switch {
	case who.Kind == auth.Person && who.PersonID != "":
		return Selection{PersonID: who.PersonID}, nil
	case who.Kind == auth.Guest && who.SignInID != "":
		return Selection{ID: who.SignInID}, nil
	default:
		return Selection{}, fault.New(fault.CodeSignInRequired, "sign in to see your sign-ins")
	}
}

// EndByProvider ends what a provider's logout token names: its session when it gives one, else all sign-ins of the
// subject (OpenID Connect Back-Channel Logout 1.0 §2.4).
func (m *Manager) EndByProvider(ctx context.Context, issuer, sid, sub string) error {
	switch {
	case issuer == "" || (sid == "" && sub == ""):
		return fault.New(fault.CodeInvalid, "the provider named neither a session nor a subject")
	case sid != "":
		return m.end(ctx, Selection{Issuer: issuer, ProviderSID: sid})
	default:
		return m.end(ctx, Selection{Issuer: issuer, Subject: sub})
	}
}

// SignOut ends the sign-in of this browser and clears its cookie. It answers the provider by which it came and the raw
// ID token for the provider's own sign-out; both are empty for guests and for nobody. A sign-out that
// failed leaves the cookie and may be repeated.
func (m *Manager) SignOut(ctx context.Context, w http.ResponseWriter, r *http.Request) (provider, idToken string, err error) {
	secret, ok := m.cookies.read(r)
	if !ok {
		return "", "", nil
	}
	s, err := m.store.SignIn(ctx, secret.hash())
	if fault.Is(err, fault.NotFound) {
		m.cookies.clear(w)
		return "", "", nil
	}
	if err != nil {
		return "", "", fmt.Errorf("sign out: %w", err)
	}
	ended, err := m.store.EndSignIns(ctx, Selection{ID: s.ID}, m.now())
	if err != nil {
		return "", "", fmt.Errorf("sign out: %w", err)
	}
	m.cookies.clear(w)
	idToken = m.hint(ctx, s.ID)
	m.afterEnd(ctx, ended)
	return s.Provider, idToken, nil
}

// end ends what the selection names and sees to what follows.
func (m *Manager) end(ctx context.Context, which Selection) error {
	ended, err := m.store.EndSignIns(ctx, which, m.now())
	if err != nil {
		return fmt.Errorf("end sign-ins: %w", err)
	}
	for _, s := range ended {
		m.hint(ctx, s.ID) // of no more use
	}
	m.afterEnd(ctx, ended)
	return nil
}

// afterEnd runs after the commit and is not stopped by a browser that goes away: the calls of these sign-ins end.
func (m *Manager) afterEnd(ctx context.Context, ended []SignIn) {
	var left []rooms.Ending
	for _, s := range ended {
		left = append(left, s.Left...)
	}
	if len(left) > 0 {
		m.ender.SignInEnded(context.WithoutCancel(ctx), left)
	}
}

// hint reads and forgets the ID token. Without it the provider's sign-out is skipped, which is no reason to fail ours.
func (m *Manager) hint(ctx context.Context, id string) string {
	ctx = context.WithoutCancel(ctx)
	sealed, err := m.store.IDTokenHint(ctx, id)
	if err == nil {
		var text string
		if text, err = m.sealer.Open(sealed, id); err == nil {
			return text
		}
	}
	if !fault.Is(err, fault.NotFound) {
		m.Logger.WarnContext(ctx, "ID token of an ended sign-in not read", "signIn", id, "error", err)
	}
	return ""
}
