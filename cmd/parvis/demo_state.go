package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"
)

// demoState is what a demo keeps from one start to the next beside its database: secrets, and the address of its
// provider, which is part of who people are (issuer and subject).
type demoState struct {
	Secret        string `json:"secret"`
	LiveKitKey    string `json:"livekitKey"`
	LiveKitSecret string `json:"livekitSecret"`
	ClientSecret  string `json:"clientSecret"`
	IDPListen     string `json:"idpListen"`
}

// openDemoState reads the state of a data folder, or begins it.
func openDemoState(folder string) (demoState, error) {
	path := filepath.Join(folder, "demo.json")
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return demoState{
			Secret: rand.Text() + rand.Text(), LiveKitKey: "API" + rand.Text()[:12],
			LiveKitSecret: rand.Text() + rand.Text(), ClientSecret: rand.Text() + rand.Text(),
		}, nil
	}
	if err != nil {
		return demoState{}, fmt.Errorf("read %s: %w", path, err)
	}
	var s demoState
	if err := json.Unmarshal(text, &s); err != nil {
		return demoState{}, fmt.Errorf("%s is damaged: move the folder %s away to begin anew", path, folder)
	}
	return s, nil
}

// save writes the state whole or not at all.
func (s demoState) save(folder string) error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(folder, "demo.json")
	if err := os.WriteFile(path+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// openFolder makes the data folder and proves that it can be written.
func openFolder(folder string) error {
	err := os.MkdirAll(folder, 0o700)
	if err == nil {
		probe := filepath.Join(folder, ".writable")
		if err = os.WriteFile(probe, nil, 0o600); err == nil {
			return os.Remove(probe)
		}
	}
	return fmt.Errorf("the data folder %s cannot be written (%w): make it writable, or name another with PARVIS_DATA", folder, reason(err))
}

// reason is the last word of a system error: "permission denied" without the path that the sentence names already.
func reason(err error) error {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno
	}
	return err
}

// listen opens the address of a setting, or says in one sentence why not.
func listen(address, setting string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is taken by another program: stop it, or choose another address with %s", address, setting)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s (%w): choose another address with %s", address, reason(err), setting)
	}
	return l, nil
}

// listenNear opens the first of the addresses that is free.
func listenNear(addresses ...string) (net.Listener, error) {
	var err error
	for _, address := range addresses {
		if address == "" {
			continue
		}
		var l net.Listener
		if l, err = net.Listen("tcp", address); err == nil {
			return l, nil
		}
	}
	return nil, err
}
