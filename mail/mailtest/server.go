// Package mailtest is a small SMTP server on loopback, for tests of those who send mail.
package mailtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// User and Password are whom the server lets in when Options.Auth is set.
const (
	User     = "parvis"
	Password = "s3cr3t"
)

// Options is how the server is. The zero value speaks without TLS, and takes what anybody sends.
type Options struct {
	StartTLS bool
	TLS      bool // from the first byte
	Auth     bool
	// Refuse answers an error for addresses that the server does not take (*smtp.SMTPError).
	Refuse func(to string) error
	// Read is called when the server has the whole of a mail, before it says that it took it.
	Read func()
	// Taken is called after the server has said that it took a mail, and before it says anything else.
	Taken func(Letter)
}

// Letter is a mail that came.
type Letter struct {
	From, To string
	Data     string
	TLS      bool
	User     string
}

// Server is the server. Its certificate is for 127.0.0.1, and trusted by Roots alone.
type Server struct {
	Port  int
	Roots *x509.CertPool

	options  Options
	server   *smtp.Server
	listener net.Listener
	mu       sync.Mutex
	letters  []Letter
}

// Start begins a server, which ends with the test.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	s := &Server{options: o}
	var certificate tls.Certificate
	certificate, s.Roots = Certificate(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Port = listener.Addr().(*net.TCPAddr).Port
	s.server = smtp.NewServer(smtp.BackendFunc(s.session))
	s.server.Domain, s.server.ErrorLog, s.server.AllowInsecureAuth = "localhost", log.New(io.Discard, "", 0), true
	s.server.ReadTimeout, s.server.WriteTimeout = 10*time.Second, 10*time.Second
	config := &tls.Config{Certificates: []tls.Certificate{certificate}}
	if o.StartTLS {
		s.server.TLSConfig = config
	}
	if o.TLS {
		listener = tls.NewListener(listener, config)
	}
	s.listener = listener
	done := make(chan struct{})
	go func() { defer close(done); _ = s.server.Serve(listener) }()
	t.Cleanup(func() { s.Stop(); <-done })
	return s
}

// Stop ends the server before the test does.
func (s *Server) Stop() {
	_ = s.server.Close()
	_ = s.listener.Close() // the server may not have begun
}

// Letters is what came, oldest first.
func (s *Server) Letters() []Letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Letter(nil), s.letters...)
}

func (s *Server) session(c *smtp.Conn) (smtp.Session, error) {
	_, secure := c.TLSConnectionState()
	base := &session{server: s, letter: Letter{TLS: secure}}
	if s.options.Auth {
		return &guarded{base}, nil
	}
	return base, nil
}

type session struct {
	server *Server
	letter Letter
}

// Reset is called once a mail was answered.
func (s *session) Reset() {
	if taken := s.server.options.Taken; taken != nil && s.letter.Data != "" {
		taken(s.letter)
	}
	s.letter.From, s.letter.To, s.letter.Data = "", "", ""
}

func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.letter.From = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if refuse := s.server.options.Refuse; refuse != nil {
		if err := refuse(to); err != nil {
			return err
		}
	}
	s.letter.To = strings.Trim(s.letter.To+" "+to, " ")
	return nil
}

func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.letter.Data = string(data)
	if read := s.server.options.Read; read != nil {
		read()
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.letters = append(s.server.letters, s.letter)
	return nil
}

// guarded is a session of a server that takes mail of those it knows.
type guarded struct{ *session }

func (g *guarded) AuthMechanisms() []string { return []string{sasl.Plain} }

func (g *guarded) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != User || password != Password {
			return smtp.ErrAuthFailed
		}
		g.letter.User = user
		return nil
	}), nil
}

func (g *guarded) Mail(from string, o *smtp.MailOptions) error {
	if g.letter.User == "" {
		return smtp.ErrAuthRequired
	}
	return g.session.Mail(from, o)
}

// Certificate is one for 127.0.0.1, and those who trust it.
func Certificate(t testing.TB) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail of a test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}
