package sfu

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/golang-jwt/jwt/v5"
	lkauth "github.com/livekit/protocol/auth"
	"github.com/livekit/protocol/livekit"
	"github.com/twitchtv/twirp"

	"parvis/access"
	"parvis/auth"
	"parvis/rooms"
)

const (
	// passTTL is short, for nobody can take a pass back: LiveKit refreshes the tokens of connected people, so only the first use needs to be within it.
	passTTL = 10 * time.Minute
	// passLimit bounds what the gate tries to verify, in bytes.
	passLimit = 8 << 10
	// passLeeway is LiveKit's own: clocks of two machines differ.
	passLeeway = time.Minute
)

// The attributes that the server gives each participant.
const (
	attributeAssurance    = "assurance"
	attributeOrganization = "organization"
	attributeRole         = "role"
	attributeVisit        = "administrator"
)

// claims is what LiveKit reads in a token: lkauth.AccessToken writes the same ones, but by its own clock.
type claims struct {
	jwt.RegisteredClaims
	lkauth.ClaimGrants
}

type signer struct {
	key    string
	secret []byte
}

func (s signer) sign(c claims, now time.Time, ttl time.Duration) (string, error) {
	c.Issuer = s.key
	c.Subject = c.ClaimGrants.Identity
	c.IssuedAt = jwt.NewNumericDate(now)
	c.NotBefore = jwt.NewNumericDate(now)
	c.ExpiresAt = jwt.NewNumericDate(now.Add(ttl))
	return jwt.NewWithClaims(jwt.SigningMethodHS256, c).SignedString(s.secret)
}

var errTokenTooLong = errors.New("token longer than a pass can be")

// verify reads a token that this platform or its SFU signed. An expired one is returned together with
// jwt.ErrTokenExpired and no other error.
func (s signer) verify(token string, now time.Time) (*claims, error) {
	if len(token) > passLimit {
		return nil, errTokenTooLong
	}
	parsed := &claims{}
	_, err := jwt.ParseWithClaims(token, parsed, func(*jwt.Token) (any, error) { return s.secret, nil },
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
		jwt.WithTimeFunc(func() time.Time { return now }),
		jwt.WithLeeway(passLeeway),
		jwt.WithExpirationRequired(),
		jwt.WithIssuer(s.key),
	)
	if onlyExpired(err) {
		return parsed, jwt.ErrTokenExpired
	}
	if err != nil {
		return nil, err
	}
	return parsed, nil
}

func onlyExpired(err error) bool {
	for _, other := range []error{
		jwt.ErrTokenMalformed, jwt.ErrTokenUnverifiable, jwt.ErrTokenSignatureInvalid,
		jwt.ErrTokenInvalidIssuer, jwt.ErrTokenNotValidYet, jwt.ErrTokenRequiredClaimMissing,
	} {
		if errors.Is(err, other) {
			return false
		}
	}
	return errors.Is(err, jwt.ErrTokenExpired)
}

// Pass signs the LiveKit token of an admission. It calls nobody.
func (c *Client) Pass(a rooms.Admission, mediaName string, now time.Time) (rooms.Pass, error) {
	token, err := c.passToken(a, mediaName, now)
	if err != nil {
		return rooms.Pass{}, fmt.Errorf("sign pass: %w", err)
	}
	return rooms.Pass{URL: c.publicURL, Token: token, ExpiresAt: now.Add(passTTL).UTC()}, nil
}

func (c *Client) passToken(a rooms.Admission, mediaName string, now time.Time) (string, error) {
	if a.ID == "" || mediaName == "" {
		// LiveKit would take an empty room for the one in the request and an empty identity for a nameless guest.
		return "", errors.New("an admission and a room are needed")
	}
	return c.signer.sign(claims{ClaimGrants: lkauth.ClaimGrants{
		Identity:   a.ID,
		Name:       a.Name,
		Attributes: attributes(a),
		Video:      videoGrant(a, mediaName),
	}}, now, passTTL)
}

func attributes(a rooms.Admission) map[string]string {
	known := map[string]string{
		attributeAssurance:    a.Assurance.String(),
		attributeOrganization: a.OrgName,
		attributeRole:         string(a.Role),
	}
	if a.Visit != "" { // shown to all for as long as they are there
		known[attributeVisit] = string(a.Visit)
	}
	return known
}

func videoGrant(a rooms.Admission, mediaName string) *lkauth.VideoGrant {
	sources := trackSources(a.Sources)
	grant := &lkauth.VideoGrant{RoomJoin: true, Room: mediaName}
	grant.SetCanSubscribe(true)
	grant.SetCanPublishData(false)
	grant.SetCanUpdateOwnMetadata(false)
	grant.SetCanPublish(len(sources) > 0)
	if len(sources) > 0 { // an empty list means all to LiveKit
		grant.SetCanPublishSources(sources)
	}
	return grant
}

// permission is the same rights as LiveKit's API takes them: it replaces all of them, so every field counts.
func permission(a rooms.Admission) *livekit.ParticipantPermission {
	sources := trackSources(a.Sources)
	return &livekit.ParticipantPermission{
		CanSubscribe:      true,
		CanPublish:        len(sources) > 0,
		CanPublishSources: sources,
		CanPublishData:    false,
		CanUpdateMetadata: false,
		Hidden:            false,
	}
}

var trackSourceOf = map[access.Source]livekit.TrackSource{
	access.Camera:           livekit.TrackSource_CAMERA,
	access.Microphone:       livekit.TrackSource_MICROPHONE,
	access.ScreenShare:      livekit.TrackSource_SCREEN_SHARE,
	access.ScreenShareAudio: livekit.TrackSource_SCREEN_SHARE_AUDIO,
}

// trackSources leaves out what it does not know: an unknown word must never widen.
func trackSources(sources []access.Source) []livekit.TrackSource {
	var known []livekit.TrackSource
	for _, s := range sources {
		if t, ok := trackSourceOf[s]; ok && !slices.Contains(known, t) {
			known = append(known, t)
		}
	}
	return known
}

// entered is the admission as a token describes it, for when nobody else can be asked.
func (c *claims) entered() rooms.Entered {
	a := rooms.Admission{
		ID:      c.Subject,
		Name:    c.Name,
		OrgName: c.Attributes[attributeOrganization],
		Role:    access.Role(c.Attributes[attributeRole]),
		State:   rooms.Open,
		Visit:   auth.AdminRole(c.Attributes[attributeVisit]),
	}
	a.Assurance, _ = auth.ParseAssurance(c.Attributes[attributeAssurance])
	if c.Video.GetCanPublish() {
		for _, s := range c.Video.CanPublishSources {
			a.Sources = append(a.Sources, access.Source(s))
		}
	}
	return rooms.Entered{Admission: a, Room: rooms.Room{MediaName: c.Video.Room}}
}

func createGrant() *lkauth.VideoGrant { return &lkauth.VideoGrant{RoomCreate: true} }
func listGrant() *lkauth.VideoGrant   { return &lkauth.VideoGrant{RoomList: true} }

// adminGrant is for one room: LiveKit wants both the right and the room it is for.
func adminGrant(mediaName string) *lkauth.VideoGrant {
	return &lkauth.VideoGrant{RoomAdmin: true, Room: mediaName}
}

// authorize gives a call to the room service its token.
func (c *Client) authorize(ctx context.Context, grant *lkauth.VideoGrant) (context.Context, error) {
	token, err := c.signer.sign(claims{ClaimGrants: lkauth.ClaimGrants{Video: grant}}, c.now(), callTokenTTL)
	if err != nil {
		return nil, err
	}
	return twirp.WithHTTPRequestHeaders(ctx, http.Header{"Authorization": {"Bearer " + token}})
}
