package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// isCommand makes the program of the tests the command itself, for shells that call it.
const isCommand = "PARVIS_TEST_COMMAND"

func TestABindingThatCannotBeMadeSaysWhy(t *testing.T) {
	i := install(t)
	i.must("migrate")
	i.organization("Ministère de l’Intérieur", "11001401600015")
	rooms, people := i.app("rooms.read"), i.app("people.manage")
	for says, args := range map[string][]string{
		"people.manage":      {rooms.ClientID, "--provider", "test"},
		"no such service":    {"0198a5c2-3c0f-7b02-8f3d-00000000ffff", "--provider", "test"},
		"name these: test":   {people.ClientID, "--provider", "proconnect"},
		"lower case letters": {people.ClientID, "--provider", "Pro Connect"},
		"give the idp_id":    {people.ClientID, "--provider", "test", "--idp-id", "a b"},
	} {
		code, out, errs := i.do(append([]string{"scim", "bind"}, args...)...)
		if code != 1 || out != "" || !strings.Contains(errs, says) {
			t.Errorf("%v: exit %d, %q, want %q", args, code, errs, says)
		}
	}
	bound := i.must("scim", "bind", people.ClientID, "--provider", "test", "--idp-id", "idp-1")
	if list := i.must("scim", "list", "--org", "11001401600015"); list != bound || !strings.Contains(list, people.ClientID+"  test") || !strings.Contains(list, "idp-1") {
		t.Errorf("bound\n%s\nlisted\n%s", bound, list)
	}
}

func TestEveryCommandOfThePageOnProvisioningRunsAsItStands(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "operations", "provisioning.md"))
	if err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	blocks := shellBlock.FindAllStringSubmatch(string(page), -1)
	for _, block := range blocks {
		script.WriteString(block[1])
	}
	i := install(t)
	i.must("migrate")
	i.organization("Ministère de l’Intérieur", "11001401600015")
	i.serve()
	folder := t.TempDir()
	command := "#!/bin/sh\n" + isCommand + "=1 exec '" + os.Args[0] + "' \"$@\"\n"
	if err := os.Mkdir(filepath.Join(folder, "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "bin", "parvis"), []byte(command), 0o755); err != nil {
		t.Fatal(err)
	}
	here := strings.NewReplacer("http://localhost:8080", "http://localhost:"+portOf(i.address), "sqlite:data/parvis.db", "sqlite:"+filepath.Join(i.folder, "parvis.db"))
	shell := exec.CommandContext(t.Context(), "sh", "-eux")
	shell.Dir, shell.Stdin = folder, strings.NewReader(here.Replace(script.String()))
	shell.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder}
	if out, err := shell.CombinedOutput(); err != nil || len(blocks) < 5 {
		t.Fatalf("%d blocks: %v\n%s", len(blocks), err, out)
	}
	if list := i.must("scim", "list", "--org", "11001401600015"); !strings.Contains(list, "71144ab3-ee1a-4401-b7b3-79b44f7daeeb") {
		t.Error(list)
	}
}
