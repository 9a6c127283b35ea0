package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"parvis/auth"
)

const (
	provisioned       = 100_000 // people of one organization
	provisionedAtOnce = 1000    // of a bulk request
	importBudget      = 500.0   // a second
	lookupRate        = 40      // filters a second
	lookupBudget      = 10.0
)

// measureSCIM provisions an organization as its identity management does on the first day, and looks people up among them.
func measureSCIM(ctx context.Context, b *bench) ([]result, error) {
	w, err := b.open(ctx, "postgres", 1)
	if err != nil {
		return nil, err
	}
	defer w.close()
	token, err := w.scimToken(ctx)
	if err != nil {
		return nil, err
	}
	count := provisioned
	if b.short {
		count /= 10
	}
	began, before := time.Now(), w.parvis.cpu()
	for first := 0; first < count; first += provisionedAtOnce {
		if err := w.provision(ctx, token, first); err != nil {
			return nil, err
		}
	}
	took := time.Since(began)
	imported := result{
		Name: fmt.Sprintf("scim/import of %d people", count), PerSecond: float64(count) / took.Seconds(),
		CPUms: (w.parvis.cpu() - before).Seconds() * millisPerSec / float64(count), RSSmb: w.parvis.rss() / bytesPerMega,
		Budget: fmt.Sprintf(">= %.0f/s", importBudget),
	}
	imported.Kept = imported.PerSecond >= importBudget
	found, err := w.calmly(ctx, fmt.Sprintf("scim/a userName among %d", count), lookupRate, lookupBudget, func(i int) []byte {
		filter := url.QueryEscape(fmt.Sprintf(`userName eq "agent%d@interieur.example"`, i*7919%count))
		return []byte("GET /scim/v2/Users?filter=" + filter + " HTTP/1.1\r\nHost: " + w.host() + "\r\nAuthorization: Bearer " + token + "\r\n\r\n")
	})
	return []result{imported, found}, err
}

// scimToken is that of software that speaks for the people of an organization.
func (w *world) scimToken(ctx context.Context) (string, error) {
	token, account, err := w.software(ctx, auth.ScopePeopleManage)
	if err != nil {
		return "", err
	}
	db, err := w.store(ctx)
	if err != nil {
		return "", err
	}
	defer db.Close()
	_, err = db.BindSCIM(ctx, account.ID, "bench", "", "system:bench", time.Now())
	return token, err
}

// provision sends one bulk request.
func (w *world) provision(ctx context.Context, token string, first int) error {
	var operations []any
	for i := first; i < first+provisionedAtOnce; i++ {
		operations = append(operations, map[string]any{"method": "POST", "path": "/Users", "bulkId": fmt.Sprint(i), "data": map[string]any{
			"schemas": []string{"urn:ietf:params:scim:schemas:core:2.0:User"}, "userName": fmt.Sprintf("agent%d@interieur.example", i), "externalId": fmt.Sprintf("agent-%d", i),
			"name":   map[string]any{"givenName": fmt.Sprintf("Camille%d", i%997), "familyName": fmt.Sprintf("Martin%d", i%9973)},
			"emails": []any{map[string]any{"value": fmt.Sprintf("agent%d@interieur.example", i), "type": "work", "primary": true}},
		}})
	}
	text, err := w.call(ctx, token, http.MethodPost, "/scim/v2/Bulk", map[string]any{"schemas": []string{"urn:ietf:params:scim:api:messages:2.0:BulkRequest"}, "Operations": operations})
	if err != nil {
		return err
	}
	if made := strings.Count(string(text), `"status":"201"`); made != provisionedAtOnce {
		return fmt.Errorf("bulk: %d made: %.300s", made, text)
	}
	return nil
}
