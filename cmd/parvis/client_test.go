package main

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"parvis/client"
)

// TestSoftwareInGoPlansMovesAndCancelsAMeeting goes by the generated client alone.
func TestSoftwareInGoPlansMovesAndCancelsAMeeting(t *testing.T) {
	i := install(t)
	i.must("migrate")
	i.organization("Ministère de l’Intérieur", "11001401600015")
	app := i.app("meetings.read,meetings.write")
	stop := i.serve()
	defer stop()
	t.Cleanup(http.DefaultTransport.(*http.Transport).CloseIdleConnections)
	parvis, err := client.New(t.Context(), "http://localhost:"+portOf(i.address), client.Account{ID: app.ClientID, Secret: app.Secret})
	if err != nil {
		t.Fatal(err)
	}

	key := "audience-471"
	meeting := client.NewMeeting{Title: "Audience", Start: localIn(t, 24*time.Hour), TimeZone: "Europe/Paris", Duration: "PT1H"}
	made, err := client.Answer(parvis.CreateMeetingWithResponse(t.Context(), &client.CreateMeetingParams{IdempotencyKey: &key}, meeting))
	if err != nil || made.JSON201 == nil || made.JSON201.Title != "Audience" {
		t.Fatalf("not made: %v", err)
	}
	id, etag := made.JSON201.Id, made.HTTPResponse.Header.Get("ETag")

	later := localIn(t, 48*time.Hour)
	moved, err := client.Answer(parvis.UpdateMeetingWithApplicationMergePatchPlusJSONBodyWithResponse(t.Context(), id,
		&client.UpdateMeetingParams{IfMatch: &etag}, client.UpdateMeetingApplicationMergePatchPlusJSONRequestBody{Start: &later}))
	if err != nil || moved.JSON200 == nil || moved.JSON200.Start != later {
		t.Fatalf("not moved: %v", err)
	}

	var failure *client.Failure
	_, err = client.Answer(parvis.CancelMeetingWithResponse(t.Context(), id, &client.CancelMeetingParams{IfMatch: &etag}))
	if !errors.As(err, &failure) || failure.Code != "version-changed" || failure.Status != http.StatusPreconditionFailed {
		t.Fatalf("with an old version: %v", err)
	}
	etag = moved.HTTPResponse.Header.Get("ETag")
	if _, err := client.Answer(parvis.CancelMeetingWithResponse(t.Context(), id, &client.CancelMeetingParams{IfMatch: &etag})); err != nil {
		t.Fatal(err)
	}
	read, err := client.Answer(parvis.GetMeetingWithResponse(t.Context(), id, nil))
	if err != nil || read.JSON200.Status != "cancelled" {
		t.Errorf("not cancelled: %v", err)
	}
}
