package inbox

import (
	"errors"
	"net"
	"sync"
)

// silent are the sender's domains whose name servers did not answer in one pass over a folder: each is waited for once, however
// many of its mails there are. It is safe for concurrent use: the signatures of a mail are checked side by side.
type silent struct {
	mu      sync.Mutex
	domains map[string]bool
}

func (s *silent) knows(domain string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.domains[domain]
}

// heard notes what came of a question about a domain.
func (s *silent) heard(domain string, err error) {
	var dns *net.DNSError
	if !errors.As(err, &dns) || !(dns.IsTimeout || dns.IsTemporary) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.domains == nil {
		s.domains = map[string]bool{}
	}
	s.domains[domain] = true
}

// noAnswer is what a question would come to that is not asked again.
func noAnswer(name string) error {
	return &net.DNSError{Err: "it did not answer a moment ago", Name: name, IsTemporary: true}
}
