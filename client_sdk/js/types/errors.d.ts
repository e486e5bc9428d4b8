export class CallFailed extends Error {
}
export class ApiError extends CallFailed {
    /**
     * @param {Response} response an answer that is not ok
     * @returns {Promise<ApiError>}
     */
    static from(response: Response): Promise<ApiError>;
    constructor({ status, code, title, detail, request_id, field, errors, tries_left, retry_after_s, until, by }: {
        status: number;
        code: string;
        title?: string;
        detail?: string;
        request_id?: string;
        field?: string;
        errors?: object[];
        tries_left?: number;
        retry_after_s?: number;
        until?: string;
        by?: string;
    });
    status: number;
    code: string;
    request_id: string;
    /** The dotted name of the field to mend. */
    field: string | undefined;
    /** One `{ field, code, message }` for each wrong field. */
    errors: object[];
    tries_left: number | undefined;
    /** How long the server asks to wait. */
    retry_after_s: number | undefined;
    /** Who has it, and until when: of `ptz_held`. */
    by: string | undefined;
    until: string | undefined;
    /**
     * What was refused and what to do, for the person at the screen.
     * @param {'ko' | 'en'} language
     * @returns {[what: string, advice: string] | undefined} nothing for a code younger than this copy of the SDK
     */
    words(language: "ko" | "en"): [what: string, advice: string] | undefined;
}
export class Offline extends CallFailed {
    constructor(cause: any);
}
export class Unreadable extends CallFailed {
    constructor(cause: any);
}
