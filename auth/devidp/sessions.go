package devidp

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// cookieName differs from Parvis's: cookies know hosts, not ports, and both live on localhost.
const cookieName = "parvis-devidp"

// aWhile is how old a sign-in is that somebody wants to have made earlier.
const aWhile = time.Hour

// session is a browser that somebody has signed in from.
type session struct {
	sid      string // told to clients; the cookie's value is not
	person   Person
	authTime time.Time
	expires  time.Time
	clients  map[string]bool // who has tokens of it and wants to hear of its end
}

// ended is a session that is over, and who is to be told.
type ended struct {
	sid     string
	subject string
	clients []string
}

// live answers the session of a cookie; the caller holds the lock.
func (m *memory) live(cookie string) (session, bool) {
	s, ok := m.sessions[cookie]
	if !ok || m.now().After(s.expires) {
		return session{}, false
	}
	return *s, true
}

// bySID answers the session itself; the caller holds the lock.
func (m *memory) bySID(sid string) (*session, bool) {
	for _, s := range m.sessions {
		if s.sid == sid && !m.now().After(s.expires) {
			return s, true
		}
	}
	return nil, false
}

func (m *memory) session(cookie string) (session, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.live(cookie)
}

// signIn makes the person the one of this browser. The same person signing in again keeps the session; another ends it.
// The cookie is new each time, so that one planted beforehand is worth nothing. Earlier has the session say that they proved
// who they are a while ago: what an application asks of an old sign-in can be seen without waiting for one.
func (m *memory) signIn(cookie string, p Person, earlier bool) (fresh string, s session, over []ended) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	s = session{sid: secret(), clients: map[string]bool{}}
	if before, ok := m.live(cookie); ok && before.person.Subject == p.Subject {
		s = before
		delete(m.sessions, cookie)
	} else {
		over = m.endWhere(func(value string, _ *session) bool { return value == cookie })
	}
	s.person, s.authTime, s.expires = p, now, now.Add(sessionLifetime)
	if earlier {
		s.authTime = now.Add(-aWhile)
	}
	fresh = secret()
	m.sessions[fresh] = &s
	return fresh, s, over
}

// signOut ends the session of a cookie.
func (m *memory) signOut(cookie string) []ended {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.endWhere(func(value string, _ *session) bool { return value == cookie })
}

// signOutBySID ends the session that an ID token came from, and this browser's own when it is the same person's: after
// a restart the token's session is unknown, and the person asked to be out all the same.
func (m *memory) signOutBySID(sid, subject, cookie string) []ended {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.endWhere(func(value string, s *session) bool {
		return s.sid == sid || (value == cookie && s.person.Subject == subject)
	})
}

// endWhere ends the sessions that match, with their tokens; the caller holds the lock.
func (m *memory) endWhere(match func(cookie string, s *session) bool) []ended {
	var over []ended
	maps.DeleteFunc(m.sessions, func(cookie string, s *session) bool {
		if !match(cookie, s) {
			return false
		}
		over = append(over, ended{s.sid, s.person.Subject, slices.Sorted(maps.Keys(s.clients))})
		m.revoke(func(g grant) bool { return g.sid == s.sid })
		return true
	})
	return over
}

func cookieOf(r *http.Request) string {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return ""
	}
	return c.Value
}

// setCookie gives the browser its session; an empty value takes it away.
func (p *Provider) setCookie(w http.ResponseWriter, value string) {
	c := &http.Cookie{
		Name: cookieName, Value: value, Path: "/",
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: strings.HasPrefix(p.issuer, "https:"),
	}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}
