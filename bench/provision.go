package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"parvis/auth"
	"parvis/auth/service"
)

const (
	declaredRooms = 10_000
	atOnce        = 200 // of a bulk request
	applyBudget   = 60 * time.Second
)

// measureProvision applies a folder of rooms, twice, next to the same rooms made by the same bulk requests and nothing else.
func measureProvision(ctx context.Context, b *bench) ([]result, error) {
	var results []result
	for _, engine := range b.engines() {
		lines, err := b.provisionOn(ctx, engine)
		if err != nil {
			return nil, err
		}
		results = append(results, lines...)
	}
	return results, nil
}

func (b *bench) provisionOn(ctx context.Context, engine string) ([]result, error) {
	w, err := b.open(ctx, engine, 1)
	if err != nil {
		return nil, err
	}
	defer w.close()
	account, secret, err := w.machine(ctx, auth.ScopeRoomsRead, auth.ScopeRoomsWrite)
	if err != nil {
		return nil, err
	}
	count := declaredRooms
	if b.short {
		count /= 10
	}
	bare, err := w.bareRooms(ctx, account, secret, count)
	if err != nil {
		return nil, err
	}
	first, err := w.apply(ctx, account, secret, count, fmt.Sprintf("Done: %d of %d.", count, count))
	if err != nil {
		return nil, err
	}
	again, err := w.apply(ctx, account, secret, count, "Nothing to do")
	if err != nil {
		return nil, err
	}
	made := result{
		Name: fmt.Sprintf("provision/%s: apply of %d rooms", engine, count), PerSecond: float64(count) / first.Seconds(), RatioToCeiling: bare.Seconds() / first.Seconds(),
		ReadyMS: first.Seconds() * millisPerSec, RSSmb: w.parvis.rss() / bytesPerMega, Budget: fmt.Sprintf("< %s", applyBudget), Kept: first < applyBudget,
	}
	nothing := result{
		Name: fmt.Sprintf("provision/%s: a second apply", engine), PerSecond: float64(count) / again.Seconds(), ReadyMS: again.Seconds() * millisPerSec,
		Budget: "changes nothing", Kept: true,
	}
	return []result{made, nothing}, nil
}

// bareRooms is the ceiling: the requests alone, without files, a look at what there is, or a plan.
func (w *world) bareRooms(ctx context.Context, account service.Account, secret string, count int) (time.Duration, error) {
	credentials := clientcredentials.Config{
		ClientID: account.ID, ClientSecret: secret, TokenURL: "http://" + w.host() + "/oauth/token", AuthStyle: oauth2.AuthStyleInHeader,
		EndpointParams: url.Values{},
	}
	token, err := credentials.Token(ctx)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	for n := 0; n < count; n += atOnce {
		list := make([]map[string]any, atOnce)
		for i := range list {
			list[i] = map[string]any{"name": fmt.Sprintf("Bare %d", n+i), "externalId": fmt.Sprintf("bare/%d", n+i), "tags": []string{"bench"}}
		}
		answer, err := w.call(ctx, token.AccessToken, http.MethodPost, "/api/v1/rooms/bulk", map[string]any{"rooms": list})
		if err != nil {
			return 0, err
		}
		if !strings.Contains(string(answer), fmt.Sprintf(`"made":%d`, atOnce)) {
			return 0, fmt.Errorf("bulk: %.300s", answer)
		}
	}
	return time.Since(began), nil
}

// apply runs the command as CI would, and answers how long it took from its start to its end.
func (w *world) apply(ctx context.Context, account service.Account, secret string, count int, says string) (time.Duration, error) {
	var text strings.Builder
	text.WriteString("rooms:\n")
	for i := range count {
		fmt.Fprintf(&text, "  - key: bench/%d\n    name: Declared %d\n    tags: [bench]\n", i, i)
	}
	file := filepath.Join(w.folder, "rooms.yaml")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		return 0, err
	}
	command := exec.CommandContext(ctx, filepath.Join(w.bench.bin, "parvis"), "apply", "-f", file)
	command.Env = []string{"PARVIS_URL=http://" + w.host(), "PARVIS_CLIENT_ID=" + account.ID, "PARVIS_CLIENT_SECRET=" + secret}
	began := time.Now()
	out, err := command.CombinedOutput()
	took := time.Since(began)
	if err == nil && !strings.Contains(string(out), says) {
		err = errors.New("it did not say " + says)
	}
	if err != nil {
		return 0, fmt.Errorf("parvis apply: %w: %s\nThe platform: %s", err, out[max(0, len(out)-500):], w.parvis.said())
	}
	return took, nil
}
