package main

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

func TestDoctorSaysEachAilmentAndExitsWithOne(t *testing.T) {
	i := install(t)
	code, out, _ := i.do("doctor")
	if code != 1 {
		t.Errorf("exit %d", code)
	}
	for _, line := range []string{
		"ok     settings", "ok     database", "WRONG  schema", "parvis migrate", "WRONG  livekit api", "WRONG  gate", "WRONG  provider test",
		"WRONG  address", "Start parvis serve", "ok     folder", "ok     port", "is free",
	} {
		if !strings.Contains(out, line) {
			t.Errorf("no %q in\n%s", line, out)
		}
	}
	i.environ = append(i.environ, "PARVIS_URL_X=1")
	if code, out, _ := i.do("doctor"); code != 1 || !strings.Contains(out, "WRONG  settings") || !strings.Contains(out, "PARVIS_URL_X") {
		t.Errorf("exit %d\n%s", code, out)
	}
}

func TestDoctorKnowsTheParvisThatRuns(t *testing.T) {
	i := install(t)
	i.must("migrate")
	metrics := freeAddress(t)
	i.environ = append(i.environ, "PARVIS_METRICS_LISTEN="+metrics)
	i.serve()
	_, out, _ := i.do("doctor")
	for _, line := range []string{"ok     address        Parvis answers", i.address + " is served by Parvis", metrics + " is served by Parvis"} {
		if !strings.Contains(out, line) {
			t.Errorf("no %q in\n%s", line, out)
		}
	}
}

func TestDoctorTakesNoOtherServerForParvis(t *testing.T) {
	i := install(t)
	l, err := net.Listen("tcp", i.address)
	if err != nil {
		t.Fatal(err)
	}
	foreign := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"status":"ready","name":"parvis_"}`)
	})}
	served := make(chan error, 1)
	go func() { served <- foreign.Serve(l) }()
	_, out, _ := i.do("doctor")
	for _, line := range []string{"WRONG  address        Another program", "WRONG  port           " + i.address} {
		if !strings.Contains(out, line) {
			t.Errorf("no %q in\n%s", line, out)
		}
	}
	_ = foreign.Close()
	<-served
}
