package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheDemoNeedsAFolderAndLoopback(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	i := install(t)
	i.environ = []string{"PARVIS_DATA=" + filepath.Join(file, "below"), "PARVIS_LISTEN=" + i.address}
	if code, _, errs := i.do("demo"); code != 1 || !strings.Contains(errs, "PARVIS_DATA") || strings.Count(errs, "\n") != 1 {
		t.Errorf("exit %d: %s", code, errs)
	}
	i.environ = []string{"PARVIS_DATA=" + t.TempDir(), "PARVIS_LISTEN=0.0.0.0:0"}
	if code, _, errs := i.do("demo"); code != 1 || !strings.Contains(errs, "this machine alone") {
		t.Errorf("exit %d: %s", code, errs)
	}
}

func TestTheProviderOfTheDemoListensOnLoopbackAlone(t *testing.T) {
	i := install(t)
	i.environ = []string{"PARVIS_DATA=" + t.TempDir(), "PARVIS_LISTEN=127.0.0.1:0"}
	for _, address := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.7:8081", "demo.example:8081", "8081"} {
		if code, _, errs := i.do("demo", "--idp-listen="+address); code != 1 || !strings.Contains(errs, "--idp-listen") || strings.Count(errs, "\n") != 1 {
			t.Errorf("%s: exit %d: %s", address, code, errs)
		}
	}
	l, err := demoCommand{IDPListen: "127.0.0.1:0"}.listenProvider("0.0.0.0:0") // as an earlier version may have kept it
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if host := hostOf(l.Addr().String()); host != "127.0.0.1" {
		t.Errorf("it listens on %s", host)
	}
}

func TestADemoWhoseProviderHasNoAddressAnyMoreStartsWithNoOther(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	i := install(t)
	folder := t.TempDir()
	s, err := openDemoState(folder)
	if err != nil {
		t.Fatal(err)
	}
	s.IDPListen = taken.Addr().String()
	if err := s.save(folder); err != nil {
		t.Fatal(err)
	}
	i.environ = []string{"PARVIS_DATA=" + folder, "PARVIS_LISTEN=127.0.0.1:0"}
	if code, _, errs := i.do("demo"); code != 1 || !strings.Contains(errs, s.IDPListen) || !strings.Contains(errs, "PARVIS_DATA") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if again, err := openDemoState(folder); err != nil || again != s {
		t.Errorf("got %+v, %v", again, err)
	}
}

func TestADamagedDemoSaysWhatToDo(t *testing.T) {
	i := install(t)
	if err := os.WriteFile(filepath.Join(i.folder, "demo.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	i.environ = []string{"PARVIS_DATA=" + i.folder, "PARVIS_LISTEN=" + i.address}
	if code, _, errs := i.do("demo"); code != 1 || !strings.Contains(errs, "demo.json is damaged") {
		t.Errorf("exit %d: %s", code, errs)
	}
}

func TestTheDemoKeepsItsSecretsAndAddresses(t *testing.T) {
	folder := t.TempDir()
	first, err := openDemoState(folder)
	if err != nil {
		t.Fatal(err)
	}
	first.IDPListen = "127.0.0.1:4711"
	if err := first.save(folder); err != nil {
		t.Fatal(err)
	}
	again, err := openDemoState(folder)
	if err != nil || again != first {
		t.Errorf("got %+v, %v", again, err)
	}
	if info, err := os.Stat(filepath.Join(folder, "demo.json")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the secrets: %v %v", info.Mode(), err)
	}
}
