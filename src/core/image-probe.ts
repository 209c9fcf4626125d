/** What a probe found of a picture that stands, or moves without sound. Pixels; orientation as EXIF numbers it. */
export interface ImageProbe {
  /** As stored. */
  readonly codedWidth: number;
  readonly codedHeight: number;
  /** As shown, after orientation. */
  readonly width: number;
  readonly height: number;
  /** 1 to 8; 1 is as stored. */
  readonly orientation: number;
  /** More than one for an animation. */
  readonly frameCount: number;
  readonly hasAlpha: boolean;
  readonly bitDepth: number;
  /** What its numbers mean: `srgb`, `cmyk`, `b-w` … */
  readonly colorSpace: string;
  /** The name of its colour profile; null where it has none, or none that can be read. */
  readonly colorProfile: string | null;
}

/** How, when and where a photograph was taken. Null is what it does not tell. */
export interface PhotoDetails {
  readonly cameraMake: string | null;
  readonly cameraModel: string | null;
  readonly lens: string | null;
  readonly software: string | null;
  readonly exposureSeconds: number | null;
  /** The f-number. */
  readonly aperture: number | null;
  readonly iso: number | null;
  readonly focalLengthMillimetres: number | null;
  /** What it would be on 35 mm film. */
  readonly focalLength35Millimetres: number | null;
  readonly flashFired: boolean | null;
  /** By the camera's clock: `2026-11-21T09:30:00`, fractions of a second where it tells them. */
  readonly takenAt: string | null;
  /** The time zone of that clock: `+02:00`. */
  readonly takenAtOffset: string | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly creator: string | null;
  readonly copyright: string | null;
  readonly keywords: readonly string[];
  readonly location: PhotoLocation | null;
}

/** Degrees, north and east positive. */
export interface PhotoLocation {
  readonly latitude: number;
  readonly longitude: number;
  readonly altitudeMetres: number | null;
}
