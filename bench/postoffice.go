package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"sync/atomic"

	"github.com/emersion/go-smtp"
)

// postOffice is a mail server on loopback that takes what anybody sends, counts it and keeps nothing.
type postOffice struct {
	server   *smtp.Server
	listener net.Listener
	taken    atomic.Int64
}

func newPostOffice() (*postOffice, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &postOffice{listener: listener}
	p.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return counter{p}, nil }))
	p.server.Domain, p.server.ErrorLog = "localhost", log.New(io.Discard, "", 0)
	go func() { _ = p.server.Serve(listener) }() // until close
	return p, nil
}

func (p *postOffice) url() string {
	return fmt.Sprintf("smtp://127.0.0.1:%d?tls=none", p.listener.Addr().(*net.TCPAddr).Port)
}

func (p *postOffice) close() {
	_ = p.server.Close()
	_ = p.listener.Close()
}

// counter is one connection.
type counter struct{ office *postOffice }

func (counter) Mail(string, *smtp.MailOptions) error { return nil }
func (counter) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (counter) Reset()                               {}
func (counter) Logout() error                        { return nil }

func (c counter) Data(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	c.office.taken.Add(1)
	return err
}
